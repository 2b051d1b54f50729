/* Makes short-lived processes: each of WORKERS makes one after the other, for SECONDS.
 *
 *   storm WORKERS SECONDS     prints processes=N at the end
 *
 * The name of each process is p and its own id. It makes up to three threads, whose names have the
 * same form, and ends. Every fourth becomes /bin/true before. So a reader can check whether the
 * values that it read of a process belong to that process.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void *nothing(void *unused)
{
  return unused;
}

static void live(unsigned number)
{
  char name[16];
  pthread_t threads[3];
  unsigned count = number % 4;
  snprintf(name, sizeof name, "p%d", getpid());
  prctl(PR_SET_NAME, name);
  for (unsigned i = 0; i < count; i++)
    if (pthread_create(&threads[i], NULL, nothing, NULL))
      count = i;
  for (unsigned i = 0; i < count; i++)
    pthread_join(threads[i], NULL);
  if (number % 4 == 3)
    execl("/bin/true", "/bin/true", (char *)NULL);
  _exit(0);
}

int main(int argc, char **argv)
{
  int workers = argc == 3 ? atoi(argv[1]) : 0, seconds = argc == 3 ? atoi(argv[2]) : 0;
  if (workers < 1 || seconds < 1) {
    fprintf(stderr, "usage: storm WORKERS SECONDS\n");
    return 2;
  }
  long *made = mmap(NULL, sizeof *made, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  time_t end = time(NULL) + seconds;
  pid_t parent = getpid();
  if (made == MAP_FAILED)
    return 1;
  for (int i = 0; i < workers; i++) {
    if (fork())
      continue;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
      _exit(1);
    for (unsigned number = 0; time(NULL) < end; number++) {
      pid_t child = fork();
      if (child == 0)
        live(number);
      if (child > 0) {
        __atomic_add_fetch(made, 1, __ATOMIC_RELAXED);
        waitpid(child, NULL, 0);
      }
    }
    _exit(0);
  }
  while (wait(NULL) > 0)
    ;
  printf("processes=%ld\n", *made);
}
