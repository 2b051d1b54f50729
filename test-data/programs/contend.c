/*
 * Threads that contend for locks all the time without a deadlock. Any deadlock that kifs reports
 * here is a false alarm.
 *
 *     contend MODE THREADS
 *
 * MODE is one of those in the table at the end, or "all", which divides the threads among them.
 * Prints "ready" and continues until it is killed, or its standard input ends.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOCKS = 8 };

/* The state that the threads of one mode share. */
struct group {
  pthread_mutex_t lock[LOCKS], gate;
  pthread_cond_t turn;
  pthread_rwlock_t rwlock;
  pthread_barrier_t barrier;
  sem_t semaphore[2];
  int next, size;
  char path[64];
};

struct worker {
  void (*step)(struct group *, unsigned);
  struct group *group;
  unsigned number;
};

static void work(unsigned rounds)
{
  for (volatile unsigned i = 0; i < rounds; i++)
    ;
}

static void nap(long us)
{
  struct timespec t = {0, us * 1000};
  nanosleep(&t, NULL);
}

static void both(pthread_mutex_t *a, pthread_mutex_t *b)
{
  pthread_mutex_lock(a);
  work(200);
  pthread_mutex_lock(b);
  work(500);
  pthread_mutex_unlock(b);
  pthread_mutex_unlock(a);
}

static void convoy(struct group *g, unsigned n)
{
  (void)n;
  pthread_mutex_lock(&g->lock[0]);
  work(1000);
  pthread_mutex_unlock(&g->lock[0]);
}

static void ordered(struct group *g, unsigned n)
{
  unsigned i = (n + rand()) % (LOCKS - 1);

  both(&g->lock[i], &g->lock[i + 1]);
}

/* Takes locks in any order, but one thread at a time: the locks form a cycle, the waits don't. */
static void gated(struct group *g, unsigned n)
{
  pthread_mutex_lock(&g->gate);
  if (n % 2)
    both(&g->lock[0], &g->lock[1]);
  else
    both(&g->lock[1], &g->lock[0]);
  pthread_mutex_unlock(&g->gate);
}

/* A thread holds one of two locks and waits for the other one with a timeout, in either order. */
static void timed(struct group *g, unsigned n)
{
  struct timespec end;

  pthread_mutex_lock(&g->lock[n % 2]);
  clock_gettime(CLOCK_REALTIME, &end);
  end.tv_nsec += 20 * 1000 * 1000;
  if (end.tv_nsec >= 1000000000) {
    end.tv_sec++;
    end.tv_nsec -= 1000000000;
  }
  if (pthread_mutex_timedlock(&g->lock[(n + 1) % 2], &end) == 0)
    pthread_mutex_unlock(&g->lock[(n + 1) % 2]);
  pthread_mutex_unlock(&g->lock[n % 2]);
  nap(rand() % 500);
}

static void backoff(struct group *g, unsigned n)
{
  pthread_mutex_lock(&g->lock[n % 2]);
  if (pthread_mutex_trylock(&g->lock[(n + 1) % 2]) == 0)
    pthread_mutex_unlock(&g->lock[(n + 1) % 2]);
  pthread_mutex_unlock(&g->lock[n % 2]);
}

static void long_section(struct group *g, unsigned n)
{
  (void)n;
  pthread_mutex_lock(&g->lock[0]);
  nap(300 * 1000);
  pthread_mutex_unlock(&g->lock[0]);
}

/* A token goes round a ring: each thread waits for the one before it. */
static void token(struct group *g, unsigned n)
{
  pthread_mutex_lock(&g->lock[0]);
  while (g->next % g->size != (int)n % g->size)
    pthread_cond_wait(&g->turn, &g->lock[0]);
  g->next++;
  pthread_cond_broadcast(&g->turn);
  pthread_mutex_unlock(&g->lock[0]);
}

static void semaphores(struct group *g, unsigned n)
{
  sem_wait(&g->semaphore[n % 2]);
  work(200);
  sem_post(&g->semaphore[(n + 1) % 2]);
}

static void readers(struct group *g, unsigned n)
{
  if (n % 4 == 0)
    pthread_rwlock_wrlock(&g->rwlock);
  else
    pthread_rwlock_rdlock(&g->rwlock);
  work(500);
  pthread_rwlock_unlock(&g->rwlock);
}

static void barriers(struct group *g, unsigned n)
{
  (void)n;
  pthread_barrier_wait(&g->barrier);
}

static void *nothing(void *lock)
{
  pthread_mutex_lock(lock);
  work(100);
  pthread_mutex_unlock(lock);
  return NULL;
}

static void joins(struct group *g, unsigned n)
{
  pthread_t thread;

  if (pthread_create(&thread, NULL, nothing, &g->lock[n % LOCKS]) == 0)
    pthread_join(thread, NULL);
}

static void files(struct group *g, unsigned n)
{
  int fd = open(g->path, O_RDWR);

  pthread_mutex_lock(&g->lock[n % 2]);
  flock(fd, n % 3 ? LOCK_SH : LOCK_EX);
  work(500);
  flock(fd, LOCK_UN);
  pthread_mutex_unlock(&g->lock[n % 2]);
  close(fd);
  nap(500);
}

static void children(struct group *g, unsigned n)
{
  (void)n;
  pthread_mutex_lock(&g->gate);
  pid_t child = fork();
  if (child == 0)
    _exit(0);
  waitpid(child, NULL, 0);
  pthread_mutex_unlock(&g->gate);
  nap(2000);
}

static const struct {
  const char *name;
  void (*step)(struct group *, unsigned);
  int protocol, type;
} MODES[] = {
    {"convoy", convoy, 0, PTHREAD_MUTEX_NORMAL},
    {"ordered", ordered, 0, PTHREAD_MUTEX_RECURSIVE},
    {"gated", gated, 0, PTHREAD_MUTEX_ERRORCHECK},
    {"timed", timed, 0, PTHREAD_MUTEX_NORMAL},
    {"backoff", backoff, 0, PTHREAD_MUTEX_NORMAL},
    {"long", long_section, 0, PTHREAD_MUTEX_NORMAL},
    {"token", token, 0, PTHREAD_MUTEX_NORMAL},
    {"semaphores", semaphores, 0, PTHREAD_MUTEX_NORMAL},
    {"readers", readers, 0, PTHREAD_MUTEX_NORMAL},
    {"barriers", barriers, 0, PTHREAD_MUTEX_NORMAL},
    {"joins", joins, 0, PTHREAD_MUTEX_RECURSIVE},
    {"files", files, 0, PTHREAD_MUTEX_RECURSIVE},
    {"children", children, 0, PTHREAD_MUTEX_NORMAL},
    {"pi-ordered", ordered, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_NORMAL},
    {"pi-gated", gated, PTHREAD_PRIO_INHERIT, PTHREAD_MUTEX_RECURSIVE},
};

enum { MODE_COUNT = sizeof MODES / sizeof MODES[0] };

static void *run(void *argument)
{
  struct worker *w = argument;

  for (;;)
    w->step(w->group, w->number);
  return NULL;
}

static struct group *make_group(int mode, int size)
{
  struct group *g = calloc(1, sizeof *g);
  pthread_mutexattr_t a;

  pthread_mutexattr_init(&a);
  pthread_mutexattr_settype(&a, MODES[mode].type);
  pthread_mutexattr_setprotocol(&a, MODES[mode].protocol);
  for (int i = 0; i < LOCKS; i++)
    pthread_mutex_init(&g->lock[i], &a);
  pthread_mutex_init(&g->gate, &a);
  pthread_cond_init(&g->turn, NULL);
  pthread_rwlock_init(&g->rwlock, NULL);
  pthread_barrier_init(&g->barrier, NULL, size);
  sem_init(&g->semaphore[0], 0, 2);
  sem_init(&g->semaphore[1], 0, 2);
  g->size = size;
  /* An unnamed file, which is opened again through its fd. */
  FILE *file = tmpfile();
  snprintf(g->path, sizeof g->path, "/proc/self/fd/%d", file ? fileno(file) : -1);
  return g;
}

int main(int argc, char **argv)
{
  int count = argc == 3 ? atoi(argv[2]) : 0, first = -1, modes = 1;
  pthread_attr_t small;
  char c;

  for (int i = 0; argc == 3 && i < MODE_COUNT; i++)
    if (strcmp(argv[1], MODES[i].name) == 0)
      first = i;
  if (argc == 3 && strcmp(argv[1], "all") == 0) {
    first = 0;
    modes = MODE_COUNT;
  }
  if (first < 0 || count < 2 * modes)
    return 2;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  for (int mode = 0; mode < modes; mode++) {
    int size = count / modes;
    struct group *g = make_group(first + mode, size);
    for (int i = 0; i < size; i++) {
      struct worker *w = malloc(sizeof *w);
      pthread_t thread;
      *w = (struct worker){MODES[first + mode].step, g, i};
      if (pthread_create(&thread, &small, run, w) != 0)
        return 1;
    }
  }
  printf("ready\n");
  fflush(stdout);
  while (read(0, &c, 1) > 0)
    ;
  return 0;
}
