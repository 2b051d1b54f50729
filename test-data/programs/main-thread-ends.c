/*
 * main-thread-ends: the main thread ends at once. Another thread continues until the end of
 * standard input, and then exits with status 7. It prints the pid and "ready" when it is the only
 * thread left.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static pthread_t first;

static void *last(void *unused)
{
  char byte;

  pthread_join(first, NULL);
  printf("%d\nready\n", getpid());
  fflush(stdout);
  while (read(0, &byte, 1) > 0)
    ;
  exit(7);
  return unused;
}

int main(void)
{
  pthread_t thread;

  first = pthread_self();
  if (pthread_create(&thread, NULL, last, NULL) != 0)
    return 1;
  pthread_exit(NULL);
}
