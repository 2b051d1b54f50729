/* Reads bulks as a controller does: opens a bulk once, and takes a new snapshot by each pread at 0.
 *
 *   bulkread [-n ROUNDS] [-i MS] BULK [DAEMON_PID]
 *
 * Prints a line of key=value for each round: cpu_ms is the CPU time of this program, daemon_ms that
 * of the daemon in the same time. With -i, a round begins every MS ms.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kifs.h"

static const size_t capacity = 1UL << 30;
static struct kifs_snapshot *bulk;

static double ms(clockid_t clock)
{
  struct timespec now;
  return clock_gettime(clock, &now) ? 0 : now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void fail(const char *what)
{
  fprintf(stderr, "bulkread: %s: %s\n", what, errno ? strerror(errno) : "not a bulk");
  exit(1);
}

static long count(uint16_t tag)
{
  const struct kifs_entry *entry = kifs_find(bulk, tag);
  return entry ? (long)entry->count : 0;
}

static void sleep_until(struct timespec *next, long interval)
{
  next->tv_nsec += interval % 1000 * 1000000;
  next->tv_sec += interval / 1000 + next->tv_nsec / 1000000000;
  next->tv_nsec %= 1000000000;
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

static void read_snapshot(int fd)
{
  size_t got = 0;
  do {
    ssize_t more = pread(fd, (char *)bulk + got, capacity - got, (off_t)got);
    if (more < 0)
      fail("read");
    if (got == 0 &&
        (more < (ssize_t)sizeof *bulk || memcmp(bulk->magic, KIFS_MAGIC, sizeof bulk->magic)))
      fail("read");
    if (more == 0)
      fail("cut off");
    got += (size_t)more;
  } while (got < bulk->bytes);
}

int main(int argc, char **argv)
{
  int rounds = 1, fd;
  long interval = 0;
  struct timespec next;
  clockid_t daemon = -1;
  for (int option; (option = getopt(argc, argv, "n:i:")) != -1;) {
    if (option == 'n')
      rounds = atoi(optarg);
    else if (option == 'i')
      interval = atol(optarg);
    else
      return 2;
  }
  if (optind >= argc || (fd = open(argv[optind], O_RDONLY)) < 0)
    fail("open");
  if (optind + 1 < argc && clock_getcpuclockid(atoi(argv[optind + 1]), &daemon))
    fail("no such daemon");
  if (!(bulk = malloc(capacity)))
    fail("memory");
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (int i = 0; i < rounds; i++) {
    if (interval && i)
      sleep_until(&next, interval);
    double wall = ms(CLOCK_MONOTONIC), cpu = ms(CLOCK_PROCESS_CPUTIME_ID), other = ms(daemon);
    errno = 0;
    read_snapshot(fd);
    wall = ms(CLOCK_MONOTONIC) - wall;
    cpu = ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    other = ms(daemon) - other;
    printf("wall_ms=%.3f cpu_ms=%.3f daemon_ms=%.3f total_ms=%.3f pass_ms=%.3f", wall, cpu, other,
           cpu + other, bulk->duration_ns / 1e6);
    printf(" processes=%ld threads=%ld waits=%ld bytes=%ld\n", count(KIFS_PROCESS),
           count(KIFS_THREAD), count(KIFS_WAIT), (long)bulk->bytes);
  }
}
