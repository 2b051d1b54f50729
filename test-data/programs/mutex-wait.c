/*
 * Threads that wait for ever, each in a different way. Prints one line for each of them,
 *     WHAT WAITER-TID OWNER-TID OBJECT
 * then "ready", and sleeps until it is killed.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t pi, robust;
static pthread_barrier_t both;
static pid_t first, second, joiner, joined, pi_waiter, robust_waiter, locker, father;
static int lock_fd;

static pid_t tid(void)
{
  return (pid_t)syscall(SYS_gettid);
}

static void *lock_a_b(void *unused)
{
  first = tid();
  pthread_mutex_lock(&a);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&b);
  return unused;
}

static void *lock_b_a(void *unused)
{
  second = tid();
  pthread_mutex_lock(&b);
  pthread_barrier_wait(&both);
  pthread_mutex_lock(&a);
  return unused;
}

static void *nap(void *unused)
{
  joined = tid();
  for (;;)
    pause();
  return unused;
}

static void *join(void *other)
{
  joiner = tid();
  pthread_join(*(pthread_t *)other, NULL);
  return NULL;
}

static void *wait_pi(void *unused)
{
  pi_waiter = tid();
  pthread_mutex_lock(&pi);
  return unused;
}

static void *wait_robust(void *unused)
{
  robust_waiter = tid();
  pthread_mutex_lock(&robust);
  return unused;
}

static void *wait_lock(void *unused)
{
  locker = tid();
  flock(lock_fd, LOCK_EX);
  return unused;
}

static void *wait_child(void *child)
{
  father = tid();
  waitpid(*(pid_t *)child, NULL, 0);
  return NULL;
}

static pthread_t start(void *(*run)(void *), void *argument)
{
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, argument) != 0)
    exit(1);
  return thread;
}

int main(int argc, char **argv)
{
  pthread_mutexattr_t kind;
  pid_t child, parent = getpid();
  int held;

  if (argc != 2)
    return 2;
  child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent)
      pause();
    return 1;
  }
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT);
  pthread_mutex_init(&pi, &kind);
  pthread_mutexattr_init(&kind);
  pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&robust, &kind);
  pthread_barrier_init(&both, NULL, 2);
  pthread_mutex_lock(&pi);
  pthread_mutex_lock(&robust);
  held = open(argv[1], O_RDWR | O_CREAT, 0600);
  lock_fd = open(argv[1], O_RDWR);
  if (held < 0 || lock_fd < 0 || flock(held, LOCK_EX) != 0)
    return 1;

  start(lock_a_b, NULL);
  start(lock_b_a, NULL);
  pthread_t sleeper = start(nap, NULL);
  start(join, &sleeper);
  start(wait_pi, NULL);
  start(wait_robust, NULL);
  start(wait_lock, NULL);
  start(wait_child, &child);
  usleep(200 * 1000);
  printf("mutex %d %d %ju\n", first, second, (uintmax_t)(uintptr_t)&b);
  printf("mutex %d %d %ju\n", second, first, (uintmax_t)(uintptr_t)&a);
  printf("join %d %d 0\n", joiner, joined);
  printf("pi %d %d %ju\n", pi_waiter, tid(), (uintmax_t)(uintptr_t)&pi);
  printf("mutex %d %d %ju\n", robust_waiter, tid(), (uintmax_t)(uintptr_t)&robust);
  printf("lock %d 0 %d\n", locker, lock_fd);
  printf("child %d %d 0\n", father, child);
  printf("ready\n");
  fflush(stdout);
  pause();
  return 0;
}
