/* Makes many waiters on as many names, and measures what they cost the daemon.
 *
 *   waiters open|poll WAITERS MOUNTPOINT DAEMON-PID SECONDS
 *
 * Each waits until this process has more open files than a threshold of its own: all by blocking
 * opens, or all in one epoll set. Prints by how much the memory and the threads of the daemon grew,
 * its share of one CPU while all wait for SECONDS (and the part of that share that sampling took,
 * by `about`), and the time from the crossing until the last waiter returns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const char *mountpoint;
static int daemon_pid, limit;
static atomic_int back, failed;

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void pause_ms(int ms)
{
  struct timespec t = {ms / 1000, ms % 1000 * 1000000L};
  nanosleep(&t, NULL);
}

/* The number after a key in a file; -1 if the key is missing. */
static double value(const char *path, const char *key)
{
  char line[512];
  double found = -1;
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, key, strlen(key)))
      found = atof(line + strlen(key));
  if (file)
    fclose(file);
  return found;
}

static double about(const char *key)
{
  char path[4096];
  snprintf(path, sizeof path, "%s/about", mountpoint);
  return value(path, key);
}

static double status(const char *key)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/status", daemon_pid);
  return value(path, key);
}

/* The CPU time of all threads of the daemon, s, with a resolution of 1 ns. */
static double processor(void)
{
  struct timespec t = {0};
  clock_gettime((clockid_t)(~(unsigned)daemon_pid << 3 | 2), &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static int threshold(int n, int flags)
{
  char path[4096];
  /* All thresholds are between two counts of files, and each is a different name. */
  snprintf(path, sizeof path, "%s/processes/%d/notify/fds/above/%d.%04d1", mountpoint, getpid(),
           limit, n);
  return open(path, O_RDONLY | flags);
}

static void *wait_in_open(void *n)
{
  int fd = threshold((int)(intptr_t)n, 0);
  if (fd < 0)
    atomic_fetch_add(&failed, 1);
  else
    close(fd);
  atomic_fetch_add(&back, 1);
  return NULL;
}

int main(int argc, char **argv)
{
  if (argc != 6) {
    fprintf(stderr, "usage: waiters open|poll WAITERS MOUNTPOINT DAEMON-PID SECONDS\n");
    return 2;
  }
  int opens = !strcmp(argv[1], "open"), waiters = atoi(argv[2]), seconds = atoi(argv[5]);
  mountpoint = argv[3];
  daemon_pid = atoi(argv[4]);
  limit = waiters + 100;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  int *fds = calloc(waiters, sizeof *fds);
  int set = epoll_create1(0);
  double rss = status("VmRSS:"), threads = status("Threads:");
  pthread_attr_t small;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 65536);
  for (int i = 0; i < waiters; i++) {
    pthread_t one;
    if (opens) {
      if (pthread_create(&one, &small, wait_in_open, (void *)(intptr_t)i))
        return 1;
      pthread_detach(one);
      continue;
    }
    fds[i] = threshold(i, O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    if (fds[i] < 0 || epoll_ctl(set, EPOLL_CTL_ADD, fds[i], &event)) {
      perror("threshold");
      return 1;
    }
  }
  for (int i = 0; about("waiters=") < waiters && i < 600; i++)
    pause_ms(100);
  pause_ms(3000); /* the cost of the start isn't part of the cost of waiting */
  double rss_then = status("VmRSS:"), threads_then = status("Threads:");
  double began = now(), spent = processor(), sampled = about("samples.seconds=");
  pause_ms(seconds * 1000);
  double lasted = now() - began;
  double cpu = (processor() - spent) / lasted * 100;
  double sampling = (about("samples.seconds=") - sampled) / lasted * 100;
  int conditions = (int)about("conditions=");
  /* Few calls open more files than any threshold. */
  int more = 0, extra = limit + 10;
  double crossed = now();
  for (; more < extra; more++)
    if (dup(0) < 0)
      break;
  int told = 0;
  if (opens) {
    while (atomic_load(&back) < waiters && now() < crossed + 30)
      pause_ms(1);
    told = atomic_load(&back) - atomic_load(&failed);
  }
  while (!opens && told < waiters && now() < crossed + 30) {
    struct epoll_event ready[256];
    char line[1024];
    int count = epoll_wait(set, ready, 256, 1000);
    for (int i = 0; i < count; i++)
      told += read(fds[ready[i].data.u32], line, sizeof line) > 0;
  }
  printf("waiters=%d conditions=%d told=%d rss_mb=%.1f threads=%.0f cpu_percent=%.2f"
         " sampling_percent=%.2f all_back_s=%.3f\n",
         waiters, conditions, told, (rss_then - rss) / 1024, threads_then - threads, cpu, sampling,
         now() - crossed);
  return told == waiters ? 0 : 1;
}
