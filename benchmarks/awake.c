/* Processes of which every thread runs for a moment ten times a second.
 *
 *   awake PROCESSES THREADS
 *
 * Prints ready when all of them run, and ends them when it ends.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static void *wake(void *unused)
{
  const struct timespec tenth = {0, 100000000};
  for (;;)
    nanosleep(&tenth, NULL);
  return unused;
}

static void live(int threads)
{
  pthread_t thread;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (int i = 1; i < threads; i++)
    if (pthread_create(&thread, NULL, wake, NULL))
      exit(1);
  wake(NULL);
}

int main(int argc, char **argv)
{
  if (argc != 3)
    return 2;
  for (int i = atoi(argv[1]); i > 0; i--) {
    pid_t pid = fork();
    if (pid < 0)
      return 1;
    if (pid == 0)
      live(atoi(argv[2]));
  }
  puts("ready");
  fflush(stdout);
  for (;;)
    pause();
}
