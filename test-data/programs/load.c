/* Makes P sleeping processes of T threads and about FDS open files each.
 *
 *   load P T FDS [W]    prints "ready P T" when all of them exist
 *
 * In the first W processes the second thread waits for a mutex that the main thread holds.
 *
 * It ends with all its children at the end of its stdin, or on SIGTERM or SIGINT. The children end
 * even when it is killed, because of the parent-death signal and because a pipe that only it holds
 * ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIFE = 3, READY = 4 }; /* fds of the two pipes in a child */

static volatile sig_atomic_t ended;

static void on_signal(int number)
{
  (void)number;
  ended = 1;
}

static void *sleep_for_ever(void *nothing)
{
  for (;;)
    pause();
  return nothing;
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_ever(void *nothing)
{
  pthread_mutex_lock(&mutex);
  return nothing;
}

static void child(pid_t parent, int life, int ready, int threads, int fds, int waits)
{
  pthread_attr_t small;
  pthread_t thread;
  char byte = 1;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(1);
  prctl(PR_SET_NAME, "kifs-load");
  /* Moves the pipes to high fds first, because each may have the fd that the other one needs. */
  life = fcntl(life, F_DUPFD, 100);
  ready = fcntl(ready, F_DUPFD, 100);
  int null = open("/dev/null", O_RDWR);
  if (life < 0 || ready < 0 || null < 0)
    _exit(1);
  for (int fd = 0; fd < 3; fd++)
    dup2(null, fd);
  dup2(life, LIFE);
  dup2(ready, READY);
  close_range(READY + 1, UINT_MAX, 0);
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
  if (waits)
    pthread_mutex_lock(&mutex);
  for (int i = 1; i < threads; i++)
    if (pthread_create(&thread, &small, waits && i == 1 ? wait_for_ever : sleep_for_ever, NULL))
      _exit(1);
  for (int i = READY; i < fds; i++)
    if (open("/dev/null", O_RDONLY) < 0)
      _exit(1);
  if (write(READY, &byte, 1) != 1)
    _exit(1);
  close(READY);
  while (read(LIFE, &byte, 1) < 0)
    ;
  _exit(0);
}

/* Waits for input; 0 after a signal to end. */
static int await(int fd, const sigset_t *unblocked)
{
  struct pollfd one = {.fd = fd, .events = POLLIN};
  while (!ended)
    if (ppoll(&one, 1, NULL, unblocked) > 0)
      return 1;
  return 0;
}

static void end_all(const pid_t *pids, int count)
{
  for (int i = 0; i < count; i++)
    kill(pids[i], SIGKILL);
  while (wait(NULL) > 0 || errno == EINTR)
    ;
}

int main(int argc, char **argv)
{
  int given = argc == 4 || argc == 5;
  int processes = given ? atoi(argv[1]) : 0, threads = given ? atoi(argv[2]) : 0;
  int fds = given ? atoi(argv[3]) : 0, waiters = argc == 5 ? atoi(argv[4]) : 0, life[2], ready[2],
      started = 0, standing = 0;
  struct sigaction action = {.sa_handler = on_signal};
  sigset_t ending, before;
  struct rlimit files;
  char bytes[4096];
  if (processes < 1 || threads < 1) {
    fprintf(stderr, "usage: load PROCESSES THREADS FDS [WAITERS]\n");
    return 2;
  }
  /* The signals are blocked except in ppoll, so that they interrupt neither a fork nor a wait. */
  sigemptyset(&ending);
  sigaddset(&ending, SIGTERM);
  sigaddset(&ending, SIGINT);
  sigprocmask(SIG_BLOCK, &ending, &before);
  sigaction(SIGTERM, &action, NULL);
  sigaction(SIGINT, &action, NULL);
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  pid_t *pids = calloc(processes, sizeof *pids), parent = getpid();
  if (!pids || pipe(life) || pipe(ready)) {
    perror("load");
    return 1;
  }
  for (; started < processes; started++) {
    pids[started] = fork();
    if (pids[started] < 0)
      break;
    if (pids[started] == 0) {
      close(life[1]);
      child(parent, life[0], ready[1], threads, fds, started < waiters);
    }
  }
  int complete = started == processes;
  if (!complete)
    fprintf(stderr, "load: only %d processes: %s\n", started, strerror(errno));
  close(ready[1]);
  while (complete && standing < processes && await(ready[0], &before)) {
    ssize_t got = read(ready[0], bytes, sizeof bytes);
    complete = got > 0; /* end of file: a child gave up, the others have reported */
    standing += complete ? got : 0;
  }
  if (complete && !ended) {
    printf("ready %d %d\n", processes, threads);
    fflush(stdout);
    while (await(0, &before) && read(0, bytes, sizeof bytes) > 0)
      ;
  } else if (!ended) {
    fprintf(stderr, "load: not all processes could start their threads or open their files\n");
  }
  end_all(pids, started);
  return complete ? 0 : 1;
}
