/* Measures the time from an event until the client that waits for it returns.
 *
 *   latency exit open|poll|pidfd ROUNDS MOUNTPOINT
 *   latency fds open|poll ROUNDS MOUNTPOINT
 *
 * exit: a child stores the time and ends. fds: this process opens one file more than its threshold.
 * The client waits in open(2) or by poll(2). As the floor it can also poll a pidfd, without kifs.
 * Prints rounds=... p50_us=... p99_us=... max_us=... and the number of events that didn't arrive
 * within two seconds.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LONGEST_MS = 2000 };

static _Atomic int64_t *stamp; /* shared with the child */
static char name[4096];
static atomic_int arriving;
static int bare;

static int64_t now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

/* Returns the time of the event, or 0 if it didn't arrive in time. */
static int64_t by_poll(int fd)
{
  struct pollfd one = {.fd = fd, .events = POLLIN};
  char line[1024];
  int64_t end = now() + LONGEST_MS * 1000000LL;
  if (bare)
    return poll(&one, 1, LONGEST_MS) > 0 ? now() : 0;
  while (now() < end) {
    if (poll(&one, 1, LONGEST_MS) > 0 && (one.revents & POLLIN) && read(fd, line, sizeof line) > 0)
      return now();
    if (one.revents & POLLHUP)
      return 0;
  }
  return 0;
}

static void *by_open(void *came)
{
  atomic_store(&arriving, 1);
  int fd = open(name, O_RDONLY);
  *(int64_t *)came = fd < 0 ? 0 : now();
  if (fd >= 0)
    close(fd);
  return NULL;
}

static int compare(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return (x > y) - (x < y);
}

static void pause_ms(int ms)
{
  struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&t, NULL);
}

int main(int argc, char **argv)
{
  int rounds = argc == 5 ? atoi(argv[3]) : 0, missed = 0, count = 0;
  if (rounds < 1) {
    fprintf(stderr, "usage: latency exit|fds open|poll|pidfd ROUNDS MOUNTPOINT\n");
    return 2;
  }
  int exits = !strcmp(argv[1], "exit"), opens = !strcmp(argv[2], "open");
  bare = exits && !strcmp(argv[2], "pidfd");
  int64_t *took = calloc(rounds, sizeof *took);
  stamp = mmap(NULL, sizeof *stamp, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  unsigned seed = 1;
  for (int i = 0; i < rounds; i++) {
    int go[2], extra[64], fd = -1;
    pid_t child = 0;
    pthread_t waiter;
    int64_t came = 0;
    if (exits) {
      if (pipe(go) || (child = fork()) < 0)
        return 1;
      if (child == 0) {
        char byte;
        close(go[1]);
        if (read(go[0], &byte, 1) == 1)
          atomic_store(stamp, now());
        _exit(0);
      }
      close(go[0]);
      snprintf(name, sizeof name, "%s/processes/%d/notify/exit/occurs/any", argv[4], child);
    } else {
      snprintf(name, sizeof name, "%s/processes/%d/notify/fds/rises/40", argv[4], getpid());
    }
    atomic_store(&arriving, 0);
    if (opens) {
      pthread_create(&waiter, NULL, by_open, &came);
      while (!atomic_load(&arriving))
        pause_ms(1);
    } else if ((fd = bare ? (int)syscall(SYS_pidfd_open, child, 0)
                          : open(name, O_RDONLY | O_NONBLOCK)) < 0) {
      perror(name);
      return 1;
    }
    /* Irregular pauses, so that the events aren't in step with the tick. */
    pause_ms(exits ? 20 + rand_r(&seed) % 20 : 250 + rand_r(&seed) % 100);
    int more = 0;
    if (exits) {
      if (write(go[1], "x", 1) != 1)
        return 1;
    } else {
      for (; more < 50; more++)
        extra[more] = dup(0);
      atomic_store(stamp, now());
    }
    if (opens)
      pthread_join(waiter, NULL);
    else
      came = by_poll(fd);
    if (exits) {
      waitpid(child, NULL, 0);
      close(go[1]);
    }
    while (more > 0)
      close(extra[--more]);
    if (fd >= 0)
      close(fd);
    if (came)
      took[count++] = came - atomic_load(stamp);
    else
      missed++;
  }
  qsort(took, count, sizeof *took, compare);
  printf("rounds=%d missed=%d p50_us=%.0f p99_us=%.0f max_us=%.0f\n", rounds, missed,
         count ? took[count / 2] / 1e3 : 0, count ? took[(int)((count - 1) * 0.99)] / 1e3 : 0,
         count ? took[count - 1] / 1e3 : 0);
  return 0;
}
