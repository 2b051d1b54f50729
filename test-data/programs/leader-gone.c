/*
 * leader-gone: a process whose main thread has ended while two others live. It has 64 MiB of
 * memory, 200 open files, and 4 MiB of shared memory. One of the threads holds a mutex, for which
 * the other waits. Prints the tids of both and "ready", and exits with status 7 at the end of
 * standard input.
 *
 * /proc/PID shows no memory, no files and no command line of such a process; /proc/PID/task/TID of
 * a living thread shows all of them.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MIB = 1 << 20, FILES = 200 };

static pthread_t first;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *waiter(void *tid)
{
  *(int *)tid = gettid();
  pthread_mutex_lock(&mutex);
  return NULL;
}

static void *holder(void *unused)
{
  pthread_t other;
  volatile int tid = 0;
  char byte;
  int memory = memfd_create("kifs-leader-gone", 0);

  for (int i = 0; i < FILES; i++)
    open("/dev/null", O_RDONLY);
  memset(mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1,
         64 * MIB);
  if (ftruncate(memory, 4 * MIB) != 0 ||
      mmap(NULL, 4 * MIB, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0) == MAP_FAILED)
    exit(1);
  pthread_mutex_lock(&mutex);
  if (pthread_create(&other, NULL, waiter, (void *)&tid) != 0)
    exit(1);
  while (!tid)
    usleep(1000);
  pthread_join(first, NULL);
  printf("%d\n%d\nready\n", gettid(), tid);
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
  if (pthread_create(&thread, NULL, holder, NULL) != 0)
    return 1;
  pthread_exit(NULL);
}
