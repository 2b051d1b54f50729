/* A process in which another thread than the main one executes a program, so that it takes over the
 * id and the start of the process.
 *
 *   thread-exec
 *
 * The main thread uses 200 ms of CPU time, sleeps 300 times and touches 8 MiB. Prints "ready", and
 * after a line of input executes itself, which prints "executed" and waits for the end of its input.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SLEEPS = 300, MIB = 1 << 20 };

static char memory[8 * MIB];
static char *self;

static void use_cpu(long ns)
{
  struct timespec used;
  do
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  while (used.tv_sec == 0 && used.tv_nsec < ns);
}

static void *execute(void *unused)
{
  (void)unused;
  getchar();
  execl(self, self, "executed", (char *)0);
  return 0;
}

int main(int count, char **arguments)
{
  pthread_t thread;
  self = arguments[0];
  if (count > 1) {
    puts("executed");
    fflush(stdout);
    while (getchar() != EOF)
      ;
    return 0;
  }
  for (int i = 0; i < SLEEPS; i++)
    usleep(100);
  memset(memory, 1, sizeof memory);
  use_cpu(200 * 1000000L);
  if (pthread_create(&thread, 0, execute, 0))
    return 1;
  puts("ready");
  fflush(stdout);
  pthread_join(thread, 0);
  return 0;
}
