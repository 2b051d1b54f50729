/*
 * own-files: a process one of whose threads has left the file table of the others, by
 * unshare(CLONE_FILES), and opened 300 files there, among them a memfd of 1 MiB and an unbound
 * socket. A thread that it has created shares its table. Prints both tids and "ready", and ends at
 * the end of standard input. With an argument the main thread ends first.
 *
 * /proc/PID/fd shows only the table of the first thread.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FILES = 300 };

static pthread_t first;
static int first_ends;

static void *sharer(void *tid)
{
  *(volatile int *)tid = gettid();
  pause();
  return NULL;
}

static void *owner(void *unused)
{
  volatile int tid = 0;
  pthread_t other;
  int memory;

  if (unshare(CLONE_FILES) != 0)
    exit(1);
  memory = memfd_create("kifs-own-files", 0);
  if (memory < 0 || ftruncate(memory, 1 << 20) != 0)
    exit(1);
  socket(AF_INET, SOCK_STREAM, 0);
  for (int i = 2; i < FILES; i++)
    open("/dev/null", O_RDONLY);
  if (pthread_create(&other, NULL, sharer, (void *)&tid) != 0)
    exit(1);
  while (!tid)
    usleep(1000);
  if (first_ends)
    pthread_join(first, NULL);
  printf("%d\n%d\nready\n", gettid(), tid);
  fflush(stdout);
  pause();
  return unused;
}

static void *reader(void *unused)
{
  char byte;

  while (read(0, &byte, 1) > 0)
    ;
  exit(0);
  return unused;
}

int main(int count, char **arguments)
{
  pthread_t thread;

  (void)arguments;
  first = pthread_self();
  first_ends = count > 1;
  if (pthread_create(&thread, NULL, reader, NULL) != 0 ||
      pthread_create(&thread, NULL, owner, NULL) != 0)
    return 1;
  if (first_ends)
    pthread_exit(NULL);
  pause();
}
