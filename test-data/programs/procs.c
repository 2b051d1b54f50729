/*
 * procs PROCESSES THREADS: makes sleeping children with that number of threads each. Prints their
 * pids, one in each line, then "ready", and sleeps until it is killed. The children die with it.
 */
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *nap(void *unused)
{
  for (;;)
    pause();
  return unused;
}

static void child(int threads, int ready)
{
  pthread_attr_t small;
  pthread_t thread;

  pthread_attr_init(&small);
  pthread_attr_setstacksize(&small, 64 * 1024);
  for (int i = 1; i < threads; i++)
    if (pthread_create(&thread, &small, nap, NULL) != 0)
      exit(1);
  if (write(ready, "", 1) != 1)
    exit(1);
  close(ready);
  nap(NULL);
}

/* Waits until all threads of a process sleep, which takes a while on a busy host. */
static void await_sleep(pid_t pid)
{
  char name[64], line[256];
  struct dirent *entry;
  DIR *tasks;
  int awake;

  do {
    awake = 0;
    snprintf(name, sizeof name, "/proc/%d/task", pid);
    tasks = opendir(name);
    while (tasks && (entry = readdir(tasks))) {
      FILE *stat;
      char *end;

      snprintf(name, sizeof name, "/proc/%d/task/%.10s/stat", pid, entry->d_name);
      stat = entry->d_name[0] == '.' ? NULL : fopen(name, "r");
      if (!stat)
        continue;
      end = fgets(line, sizeof line, stat) ? strrchr(line, ')') : NULL;
      awake += end == NULL || end[2] != 'S';
      fclose(stat);
    }
    if (tasks)
      closedir(tasks);
    if (awake)
      usleep(1000);
  } while (awake);
}

int main(int argc, char **argv)
{
  int ready[2];
  pid_t parent = getpid();
  pid_t *pids;
  int count;
  char byte;

  if (argc != 3 || pipe(ready) != 0)
    return 2;
  count = atoi(argv[1]);
  pids = calloc(count, sizeof *pids);
  if (!pids)
    return 1;
  for (int i = 0; i < count; i++) {
    pid_t pid = fork();
    if (pid < 0)
      return 1;
    if (pid == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      /* If the parent has been killed before the prctl, no signal comes. */
      if (getppid() != parent)
        return 1;
      child(atoi(argv[2]), ready[1]);
    }
    printf("%d\n", pid);
    pids[i] = pid;
  }
  for (int i = 0; i < count; i++)
    if (read(ready[0], &byte, 1) != 1)
      return 1;
  for (int i = 0; i < count; i++)
    await_sleep(pids[i]);
  printf("ready\n");
  fflush(stdout);
  pause();
  return 0;
}
