/*
 * Threads and processes take locks in any order, and wait for ever in a deadlock.
 *
 *     locks TYPE DIRECTORY PARTICIPANT...
 *
 * TYPE is the type of all mutexes: normal, recursive, errorcheck, adaptive, robust, pi, protect, or
 * default; with the suffix -shared they are process-shared. A PARTICIPANT is a word list that begins
 * with T (a thread of this process) or P (a process), and goes on with what it does:
 *
 *     a ... h   locks that mutex          ta  the same with a timeout of a second, then gives up
 *     -a        unlocks it                ca  waits for the condition of that mutex
 *     ga        signals it
 *     wa ra     locks that rwlock for writing, for reading
 *     fa        flock(2)s that file, by a descriptor of its own
 *     oa pa qa  locks it by OFD, POSIX for writing, POSIX for reading
 *     j2 k2     joins thread 2, waits for process 2 (participants count from 1)
 *     s n z     sleeps 50 ms, 3 s, for ever
 *     ya        waits for a semaphore of its own, which no thread posts, with a pointer to mutex a
 *     x         ends
 *     |         waits until all participants are here
 *
 * Prints "N PID TID" for each, 0 for the main thread, then "ready". The main thread joins the first
 * thread that no other one joins, or waits for the first process, or sleeps.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef F_OFD_SETLKW
#define F_OFD_SETLKW 38
#endif

enum { LOCKS = 8, MOST = 64 };

struct shared {
  pthread_mutex_t mutex[LOCKS];
  pthread_cond_t condition[LOCKS];
  pthread_rwlock_t rwlock[LOCKS];
  pthread_barrier_t together, begun;
  volatile pid_t pid[MOST + 1], tid[MOST + 1];
};

static struct shared *shared;
static char **words;
static const char *directory;
static pthread_t threads[MOST + 1];

static void fail(const char *what)
{
  perror(what);
  exit(1);
}

static void check(int error, const char *what)
{
  if (error != 0) {
    errno = error;
    fail(what);
  }
}

static void init(const char *type)
{
  pthread_mutexattr_t a;
  pthread_rwlockattr_t r;
  pthread_condattr_t c;
  int is_shared = strstr(type, "-shared") != NULL;

  pthread_mutexattr_init(&a);
  pthread_rwlockattr_init(&r);
  pthread_condattr_init(&c);
  if (strncmp(type, "normal", 6) == 0)
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_NORMAL);
  if (strncmp(type, "recursive", 9) == 0)
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
  if (strncmp(type, "errorcheck", 10) == 0)
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
#ifdef __GLIBC__
  if (strncmp(type, "adaptive", 8) == 0)
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ADAPTIVE_NP);
  if (strncmp(type, "protect", 7) == 0) {
    struct sched_param lowest = {.sched_priority = 1};
    check(pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_PROTECT), "protect");
    /* A priority ceiling needs SCHED_FIFO, which only root may set. */
    if (sched_setscheduler(0, SCHED_FIFO, &lowest) != 0)
      fail("SCHED_FIFO");
  }
#endif
  if (strncmp(type, "robust", 6) == 0)
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
  if (strncmp(type, "pi", 2) == 0)
    check(pthread_mutexattr_setprotocol(&a, PTHREAD_PRIO_INHERIT), "pi");
  if (is_shared) {
    pthread_mutexattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
    pthread_rwlockattr_setpshared(&r, PTHREAD_PROCESS_SHARED);
    pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED);
  }
  for (int i = 0; i < LOCKS; i++) {
    check(pthread_mutex_init(&shared->mutex[i], &a), "pthread_mutex_init");
    check(pthread_rwlock_init(&shared->rwlock[i], &r), "pthread_rwlock_init");
    check(pthread_cond_init(&shared->condition[i], &c), "pthread_cond_init");
  }
}

static void barrier(pthread_barrier_t *b, unsigned count)
{
  pthread_barrierattr_t a;

  pthread_barrierattr_init(&a);
  pthread_barrierattr_setpshared(&a, PTHREAD_PROCESS_SHARED);
  if (count > 0)
    check(pthread_barrier_init(b, &a, count), "pthread_barrier_init");
}

static void lock_file(char how, char which)
{
  char path[4096];
  struct flock range = {.l_type = how == 'q' ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET};
  int fd;

  snprintf(path, sizeof path, "%s/%c", directory, which);
  fd = open(path, O_RDWR | O_CREAT, 0600);
  if (fd < 0)
    fail(path);
  if (how == 'f' ? flock(fd, LOCK_EX) : fcntl(fd, how == 'o' ? F_OFD_SETLKW : F_SETLKW, &range))
    fail("file lock");
}

static void lock_timed(pthread_mutex_t *mutex)
{
  struct timespec end;

  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_sec++;
  pthread_mutex_timedlock(mutex, &end);
}

/* The thread looks like one to which the C library refuses a PI mutex, but it could go on. */
static void wait_beside(pthread_mutex_t *mutex)
{
  sem_t semaphore;

  sem_init(&semaphore, 0, 0);
  sem_wait(&semaphore);
  pthread_mutex_lock(mutex);
}

static void step(const char *word)
{
  char last = word[strlen(word) - 1];
  int lock = last - 'a', other = atoi(word + 1);

  switch (word[0]) {
  case '|':
    pthread_barrier_wait(&shared->together);
    break;
  case 's':
    usleep(50 * 1000);
    break;
  case 'n':
    sleep(3);
    break;
  case 'y':
    wait_beside(&shared->mutex[lock]);
    break;
  case 'z':
    for (;;)
      pause();
  case 'x':
    break;
  case 'g':
    if (word[1] != '\0') {
      pthread_cond_signal(&shared->condition[lock]);
      break;
    }
    pthread_mutex_lock(&shared->mutex[lock]);
    break;
  case '-':
    pthread_mutex_unlock(&shared->mutex[lock]);
    break;
  case 't':
    lock_timed(&shared->mutex[lock]);
    break;
  case 'w':
    pthread_rwlock_wrlock(&shared->rwlock[lock]);
    break;
  case 'r':
    pthread_rwlock_rdlock(&shared->rwlock[lock]);
    break;
  case 'j':
    pthread_join(threads[other], NULL);
    break;
  case 'k':
    waitpid(shared->pid[other], NULL, 0);
    break;
  case 'o':
  case 'p':
  case 'q':
    lock_file(word[0], last);
    break;
  default:
    if (word[0] == 'f' && word[1] != '\0')
      lock_file('f', last);
    else if (word[0] == 'c' && word[1] != '\0')
      pthread_cond_wait(&shared->condition[lock], &shared->mutex[lock]);
    else
      pthread_mutex_lock(&shared->mutex[lock]);
  }
}

static void run(int number)
{
  char *text = strdup(words[number]), *rest = NULL;

  shared->tid[number] = syscall(SYS_gettid);
  shared->pid[number] = getpid();
  pthread_barrier_wait(&shared->begun);
  strtok_r(text, " ", &rest);
  for (char *word = strtok_r(NULL, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
    step(word);
}

static void *run_thread(void *number)
{
  run((int)(long)number);
  return NULL;
}

int main(int argc, char **argv)
{
  int count = argc - 3, meet = 0, joined = 0, first_thread = 0, first_process = 0;
  pid_t parent = getpid();

  if (count < 1 || count > MOST)
    return 2;
  directory = argv[2];
  words = argv + 2;
  shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED)
    fail("mmap");
  init(argv[1]);
  for (int i = 1; i <= count; i++) {
    meet += strchr(words[i], '|') != NULL;
    joined |= strstr(words[i], " j") != NULL;
    if (words[i][0] == 'T' && !first_thread)
      first_thread = i;
    if (words[i][0] == 'P' && !first_process)
      first_process = i;
  }
  barrier(&shared->together, meet);
  barrier(&shared->begun, count + 1);
  /* Processes are forked first, because a fork after the start of threads would not copy them. */
  for (int i = 1; i <= count; i++) {
    if (words[i][0] == 'P' && fork() == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent)
        _exit(1);
      run(i);
      _exit(0);
    }
  }
  for (int i = 1; i <= count; i++)
    if (words[i][0] == 'T')
      check(pthread_create(&threads[i], NULL, run_thread, (void *)(long)i), "thread");
  pthread_barrier_wait(&shared->begun);
  printf("0 %d %d\n", getpid(), (int)syscall(SYS_gettid));
  for (int i = 1; i <= count; i++)
    printf("%d %d %d\n", i, shared->pid[i], shared->tid[i]);
  printf("ready\n");
  fflush(stdout);
  if (first_thread && !joined)
    pthread_join(threads[first_thread], NULL);
  else if (first_process)
    waitpid(shared->pid[first_process], NULL, 0);
  for (;;)
    pause();
}
