/*
 * with-pid PID: makes a sleeping child with this id by clone3(2). Prints "ready" and sleeps until it
 * is killed; the child dies with it. Exits with 1 if the id isn't free or may not be chosen.
 */
#define _GNU_SOURCE
#include <linux/sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
  pid_t wanted = argc == 2 ? atoi(argv[1]) : 0;
  struct clone_args args = {
      .exit_signal = SIGCHLD,
      .set_tid = (uintptr_t)&wanted,
      .set_tid_size = 1,
  };
  pid_t parent = getpid();
  long pid = syscall(SYS_clone3, &args, sizeof args);

  if (pid < 0)
    return 1;
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* If the parent has been killed before the prctl, no signal comes. */
    if (getppid() != parent)
      return 1;
    for (;;)
      pause();
  }
  printf("ready\n");
  fflush(stdout);
  pause();
  return 0;
}
