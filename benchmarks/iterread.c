/* Reads a bare BPF task iterator to its end, see iterread.bpf.c.
 *
 *   iterread [-n ROUNDS] OBJECT PROGRAM
 *
 * Prints a line of key=value for each round. The program stays loaded between rounds.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

enum { CAPACITY = 32 << 10, PROCESS = 16 }; /* a read of an iterator returns no more */

static double ms(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void fail(const char *what)
{
  fprintf(stderr, "iterread: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void read_all(int fd, long *counts, long *bytes)
{
  static char buffer[CAPACITY];
  uint32_t size;
  uint16_t tag;
  for (ssize_t got; (got = read(fd, buffer, sizeof buffer)) != 0;) {
    if (got < 0 && errno != EAGAIN)
      fail("read");
    for (ssize_t at = 0; at < got; at += size) {
      memcpy(&tag, buffer + at, sizeof tag);
      memcpy(&size, buffer + at + 4, sizeof size);
      counts[tag != PROCESS]++;
    }
    *bytes += got > 0 ? got : 0;
  }
}

int main(int argc, char **argv)
{
  int rounds = 1;
  for (int option; (option = getopt(argc, argv, "n:")) != -1;) {
    if (option != 'n')
      return 2;
    rounds = atoi(optarg);
  }
  if (argc - optind != 2)
    return 2;
  struct bpf_object *object = bpf_object__open_file(argv[optind], NULL);
  if (!object || bpf_object__load(object))
    fail("load");
  struct bpf_program *program = bpf_object__find_program_by_name(object, argv[optind + 1]);
  struct bpf_link *link = program ? bpf_program__attach_iter(program, NULL) : NULL;
  if (!link)
    fail("attach");
  for (int i = 0; i < rounds; i++) {
    long counts[2] = {0}, bytes = 0;
    double wall = ms(CLOCK_MONOTONIC), cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
    int fd = bpf_iter_create(bpf_link__fd(link));
    if (fd < 0)
      fail("iterate");
    read_all(fd, counts, &bytes);
    close(fd);
    printf("wall_ms=%.3f cpu_ms=%.3f processes=%ld threads=%ld bytes=%ld\n",
           ms(CLOCK_MONOTONIC) - wall, ms(CLOCK_PROCESS_CPUTIME_ID) - cpu, counts[0], counts[1],
           bytes);
  }
  bpf_link__destroy(link);
  bpf_object__close(object);
}
