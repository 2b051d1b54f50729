/* A process that misbehaves on command, so that a test needs no sleeps. It executes each line of
 * stdin, and answers by one line: "ok ..." or "error ...".
 *
 *   cpu on | cpu off    spin, or stop spinning
 *   rss BYTES           keep that much anonymous memory resident, besides what any program has
 *   fds N               have N open files in all, at least 3
 *   shm BYTES           map that much of a shared-memory object, and no other
 *   threads N           have N threads in all, at least 1
 *   lock on | lock off  have a thread that waits for a mutex, or let it go
 *   exit CODE           end with that status
 *
 * It begins with "ready PID" and ends at the end of stdin. With the argument -t each answer ends
 * with the wall-clock time in ns at which the order was done.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 30000, SCM_MAX_FD = 253 };

static int spinning;
static char *memory;
static size_t resident;
static int files = 3;
static pthread_t threads[MOST_THREADS];
static int running = 1;
static int stamped;
static pthread_mutex_t mutex =
    PTHREAD_MUTEX_INITIALIZER; /* held by the main thread, except after "lock off" */
static pthread_t waiter;
static int waiting;

static int set_resident(long long wanted)
{
  size_t page = (size_t)sysconf(_SC_PAGESIZE), bytes = ((size_t)wanted + page - 1) / page * page;
  if (wanted < 0)
    return EINVAL;
  if (bytes == 0) {
    if (memory)
      munmap(memory, resident);
    memory = NULL;
    resident = 0;
    return 0;
  }
  void *at = memory ? mremap(memory, resident, bytes, MREMAP_MAYMOVE)
                    : mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return errno;
  memory = at;
  madvise(memory, bytes, MADV_NOHUGEPAGE); /* otherwise untouched pages would count too */
  for (size_t i = resident; i < bytes; i += page)
    memory[i] = 1;
  resident = bytes;
  return 0;
}

/* Passes copies of a file to itself, as many as fit into one message. Returns their number. */
static int receive_copies(const int pair[2], int file, long long copies)
{
  int sent[SCM_MAX_FD], many = copies < SCM_MAX_FD ? (int)copies : SCM_MAX_FD;
  union {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof sent)];
  } control = {0};
  char byte = 0;
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control};
  message.msg_controllen = CMSG_SPACE(many * sizeof *sent);
  for (int i = 0; i < many; i++)
    sent[i] = file;
  *CMSG_FIRSTHDR(&message) =
      (struct cmsghdr){CMSG_LEN(many * sizeof *sent), SOL_SOCKET, SCM_RIGHTS};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), sent, many * sizeof *sent);
  if (sendmsg(pair[0], &message, 0) != 1 || recvmsg(pair[1], &message, 0) != 1 ||
      message.msg_flags & MSG_CTRUNC)
    return 0;
  return many;
}

/* Opens many files by few system calls, so that hardly any sample sees only a part of them. */
static int open_many(long long wanted)
{
  int pair[2], file = open("/dev/null", O_RDONLY);
  if (file < 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
    return errno;
  files += 3;
  for (int many; files < wanted; files += many)
    if ((many = receive_copies(pair, file, wanted - files)) == 0)
      return EMFILE;
  /* The sockets become such files, too, so the number stays what it is. */
  return dup2(file, pair[0]) < 0 || dup2(file, pair[1]) < 0 ? errno : 0;
}

/* The open files have the fds from 3 on without a gap. */
static int set_files(long long wanted)
{
  if (wanted < 3 || wanted > INT_MAX)
    return EINVAL;
  if (wanted - files > 3)
    return open_many(wanted);
  for (; files < wanted; files++)
    if (open("/dev/null", O_RDONLY) < 0)
      return errno;
  while (files > wanted)
    close(--files);
  return 0;
}

static int set_shared(long long wanted)
{
  static char *shared;
  static size_t mapped;
  if (wanted < 0)
    return EINVAL;
  if (shared)
    munmap(shared, mapped);
  shared = NULL;
  if (wanted == 0)
    return 0;
  void *at = mmap(NULL, (size_t)wanted, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED)
    return errno;
  shared = at;
  mapped = (size_t)wanted;
  return 0;
}

static void *wait_for_cancel(void *nothing)
{
  for (;;)
    pause();
  return nothing;
}

static int set_threads(long long wanted)
{
  pthread_attr_t small;
  int error = 0;
  if (wanted < 1 || wanted > MOST_THREADS)
    return EINVAL;
  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN);
  for (; running < wanted && !error; running += !error)
    error = pthread_create(&threads[running], &small, wait_for_cancel, NULL);
  for (; running > wanted; running--) {
    pthread_cancel(threads[running - 1]);
    pthread_join(threads[running - 1], NULL);
  }
  /* A joined thread is still visible for a moment. A test must not see it. */
  struct stat tasks;
  while (!stat("/proc/self/task", &tasks) && tasks.st_nlink > 2 + (nlink_t)running)
    sched_yield();
  return error;
}

static void *wait_for_mutex(void *nothing)
{
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  return nothing;
}

static int set_waiting(int wanted)
{
  int error = 0;
  if (wanted && !waiting) {
    error = pthread_create(&waiter, NULL, wait_for_mutex, NULL);
  } else if (!wanted && waiting) {
    pthread_mutex_unlock(&mutex);
    pthread_join(waiter, NULL);
    pthread_mutex_lock(&mutex);
  }
  waiting = error ? waiting : wanted;
  return error;
}

static int run(const char *line)
{
  long long number;
  if (!strcmp(line, "cpu on") || !strcmp(line, "cpu off"))
    spinning = !strcmp(line, "cpu on");
  else if (!strcmp(line, "lock on") || !strcmp(line, "lock off"))
    return set_waiting(!strcmp(line, "lock on"));
  else if (sscanf(line, "rss %lld", &number) == 1)
    return set_resident(number);
  else if (sscanf(line, "fds %lld", &number) == 1)
    return set_files(number);
  else if (sscanf(line, "shm %lld", &number) == 1)
    return set_shared(number);
  else if (sscanf(line, "threads %lld", &number) == 1)
    return set_threads(number);
  else if (sscanf(line, "exit %lld", &number) != 1)
    return EINVAL;
  return 0;
}

/* The next line without its newline; 0 at the end of stdin. With "cpu on" it spins until then. */
static int next_line(char *line, size_t capacity)
{
  size_t length = 0;
  struct pollfd input = {.fd = 0, .events = POLLIN};
  for (;;) {
    while (spinning && poll(&input, 1, 0) == 0)
      for (volatile int i = 0; i < 1000000; i++)
        ;
    char byte;
    if (read(0, &byte, 1) != 1)
      return 0;
    if (byte == '\n') {
      line[length] = 0;
      return 1;
    }
    if (length + 1 < capacity)
      line[length++] = byte;
  }
}

/* The end of an answer. */
static const char *stamp(void)
{
  static char text[32];
  struct timespec now;
  if (stamped) {
    clock_gettime(CLOCK_REALTIME, &now);
    snprintf(text, sizeof text, " %lld", now.tv_sec * 1000000000LL + now.tv_nsec);
  }
  return text;
}

int main(int argc, char **argv)
{
  char line[256];
  int code;
  stamped = argc > 1 && !strcmp(argv[1], "-t");
  pthread_mutex_lock(&mutex);
  prctl(PR_SET_NAME, "kifs-hog");
  setvbuf(stdout, NULL, _IOLBF, 0);
  close_range(3, UINT_MAX, 0);
  printf("ready %d\n", getpid());
  while (next_line(line, sizeof line)) {
    int error = run(line);
    if (error)
      printf("error %s: %s\n", line, strerror(error));
    else
      printf("ok %s%s\n", line, stamp());
    if (!error && sscanf(line, "exit %d", &code) == 1)
      return code;
  }
  return 0;
}
