/*
 * vfork-stuck HOW FIFO: a process whose thread waits in a call like vfork(2) for a child, which
 * opens a FIFO and so waits until some process opens the other end. HOW is the call: vfork, clone,
 * or spawn, which is posix_spawn(3). Prints "ready" before the call. When the child goes on, both
 * end.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char stack[64 * 1024];

static int child(void *fifo)
{
  open(fifo, O_RDONLY);
  _exit(0);
}

static int spawn(char *fifo)
{
  char *arguments[] = {"true", NULL};
  posix_spawn_file_actions_t actions;
  pid_t pid;

  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, fifo, O_RDONLY, 0);
  return posix_spawn(&pid, "/bin/true", &actions, NULL, arguments, environ);
}

int main(int count, char **arguments)
{
  if (count != 3)
    return 2;
  puts("ready");
  fflush(stdout);
  if (strcmp(arguments[1], "spawn") == 0)
    return spawn(arguments[2]);
  if (strcmp(arguments[1], "clone") == 0)
    return clone(child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, arguments[2]) < 0;
  if (vfork() == 0)
    child(arguments[2]);
  return 0;
}
