/*
 * thread-user: a process one of whose threads has become another user, 12345, by the system call,
 * which changes only the calling thread. Prints its tid and "ready", and ends at the end of standard
 * input. Only root may run it.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

static void *user(void *unused)
{
  if (syscall(SYS_setresuid, 12345, 12345, 12345) != 0)
    exit(1);
  printf("%d\nready\n", gettid());
  fflush(stdout);
  pause();
  return unused;
}

int main(void)
{
  pthread_t thread;
  char byte;

  if (pthread_create(&thread, NULL, user, NULL) != 0)
    return 1;
  while (read(0, &byte, 1) > 0)
    ;
  return 0;
}
