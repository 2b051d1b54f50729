/*
 * deep-path DIRECTORY: opens a file, and then runs itself, from a path of more than 5,000 bytes
 * below that directory, where readlink(2) of /proc/PID/fd/3 and /proc/PID/exe fails. Prints "ready",
 * and removes everything at the end of standard input.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LEVELS = 22, NAME_LENGTH = 240 };

static char name[NAME_LENGTH + 1];

static int descend(const char *directory)
{
  if (chdir(directory) != 0)
    return 1;
  for (int i = 0; i < LEVELS; i++) {
    if (mkdir(name, 0700) != 0 || chdir(name) != 0)
      return 1;
  }
  int from = open("/proc/self/exe", O_RDONLY), to = open("program", O_WRONLY | O_CREAT, 0700);
  struct stat stat;
  if (fstat(from, &stat) != 0 || sendfile(to, from, NULL, stat.st_size) != stat.st_size)
    return 1;
  close(from);
  close(to);
  if (open("file", O_RDWR | O_CREAT, 0600) != 3)
    return 1;
  execl("./program", "deep-path", NULL);
  return 1;
}

int main(int count, char **arguments)
{
  char byte;

  memset(name, 'd', NAME_LENGTH);
  if (count > 1)
    return descend(arguments[1]);
  puts("ready");
  fflush(stdout);
  while (read(0, &byte, 1) > 0)
    ;
  unlink("file");
  unlink("program");
  for (int i = 0; i < LEVELS; i++) {
    if (chdir("..") != 0 || rmdir(name) != 0)
      return 1;
  }
  return 0;
}
