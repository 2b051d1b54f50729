/* A process whose CPU time grows in user space and in the kernel.
 *
 *   busy    prints "ready", and is busy until the end of its stdin
 *
 * Two threads work in turns in user space and in the kernel, and sleep at times, so that the
 * kernel's ticks divide their time otherwise from moment to moment. Another one makes a thread after
 * the other, each of which works and ends.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int zero;

static void work(int kernel, int user)
{
  static __thread char buffer[65536];
  for (int i = 0; i < kernel; i++)
    if (read(zero, buffer, sizeof buffer) < 0)
      return;
  for (volatile int i = 0; i < user; i++)
    continue;
}

static void *work_in_turns(void *nothing)
{
  for (int i = 0;; i++) {
    work(i % 7 * 100, i % 5 * 1000000);
    usleep(1000 * (i % 3));
  }
  return nothing;
}

static void *work_once(void *nothing)
{
  work(200, 200000);
  return nothing;
}

static void *make_threads(void *nothing)
{
  for (;;) {
    pthread_t thread;
    if (!pthread_create(&thread, NULL, work_once, NULL))
      pthread_join(thread, NULL);
    usleep(500);
  }
  return nothing;
}

int main(void)
{
  pthread_t thread;
  char end;
  zero = open("/dev/zero", O_RDONLY);
  if (zero < 0 || pthread_create(&thread, NULL, work_in_turns, NULL) ||
      pthread_create(&thread, NULL, work_in_turns, NULL) ||
      pthread_create(&thread, NULL, make_threads, NULL))
    return 1;
  puts("ready");
  fflush(stdout);
  return read(0, &end, 1) < 0;
}
