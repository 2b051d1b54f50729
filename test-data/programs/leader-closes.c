/*
 * leader-closes FILE: a process whose main thread ends when a line comes from standard input, and
 * then has to wait for the filesystem of FILE, which it has open, if that holds up close(2). Until
 * then the main thread has no file table any more, but is no zombie yet. Another thread has a file
 * table of its own with 20 files. Prints "ready".
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILES = 20 };

static volatile int file, has_own_files;

static void *other(void *unused)
{
  if (unshare(CLONE_FILES) != 0)
    exit(1);
  close(file);
  for (int i = 3; i < FILES; i++)
    if (open("/dev/null", O_RDONLY) < 0)
      exit(1);
  has_own_files = 1;
  pause();
  return unused;
}

int main(int count, char **arguments)
{
  pthread_t thread;
  char byte;

  file = count == 2 ? open(arguments[1], O_RDWR) : -1;
  if (file < 0 || pthread_create(&thread, NULL, other, NULL) != 0)
    return 1;
  while (!has_own_files)
    usleep(1000);
  puts("ready");
  fflush(stdout);
  if (read(0, &byte, 1) == 1)
    pthread_exit(NULL);
  return 0;
}
