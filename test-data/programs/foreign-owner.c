/*
 * foreign-owner MODE: waits for ever for a process-shared mutex, whose owner word is
 *
 *     sharer      the id of a child, which holds the mutex.
 *     namespace   1: a child in a pid namespace of its own holds the mutex, and is process 1 there.
 *     stranger    the id of this program's parent, which doesn't map the mutex, as if the owner had
 *                 ended and the kernel had used its id again.
 *
 * Prints the pid of the child or of the parent, and "ready". The child ends with this program.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

struct shared {
  pthread_mutex_t mutex;
  volatile int held;
};

int main(int count, char **words)
{
  const char *mode = count > 1 ? words[1] : "";
  struct shared *shared =
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pid_t owner = getppid();
  if (shared == MAP_FAILED)
    return perror("mmap"), 1;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(&shared->mutex, &attributes);
  if (strcmp(mode, "stranger") == 0) {
    pthread_mutex_lock(&shared->mutex);
    shared->mutex.__data.__owner = owner;
  } else {
    if (strcmp(mode, "namespace") == 0 && unshare(CLONE_NEWPID))
      return perror("unshare"), 1;
    owner = fork();
    if (!owner) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      pthread_mutex_lock(&shared->mutex);
      shared->held = 1;
      while (1)
        pause();
    }
    while (!shared->held)
      usleep(1000);
  }
  printf("%d\nready\n", owner);
  fflush(stdout);
  pthread_mutex_lock(&shared->mutex);
}
