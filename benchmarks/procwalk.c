/* Does what a monitor does without kifs: opens, reads and closes the files of every process and
 * thread in /proc, one by one. It doesn't parse them, which would cost it more.
 *
 *   procwalk [-n ROUNDS] [-p NAME,...] [-t NAME,...]
 *
 * The names are those of files in /proc/PID and /proc/PID/task/TID. In addition, `fd` is the number
 * of open files, `exe` the target of the link, `limits` one prlimit(2). The defaults are the files
 * that kifs reads for an ordinary bulk; `-p io,statm,fd -t stat,status` is a lighter monitor.
 * Prints a line of key=value for each round.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_NAMES = 20 };

static char buffer[1 << 17];
static long processes, threads, bytes;

static void read_file(const char *path)
{
  int fd = open(path, O_RDONLY);
  ssize_t got;
  if (fd < 0)
    return; /* the process has vanished */
  do { /* a short read means the end of these files, so most need one read */
    got = read(fd, buffer, sizeof buffer);
    bytes += got > 0 ? got : 0;
  } while (got == sizeof buffer);
  close(fd);
}

static void read_all(const char *directory, int pid, char *const *names)
{
  char path[128];
  struct stat status;
  struct rlimit limit;
  for (; *names; names++) {
    snprintf(path, sizeof path, "%s/%s", directory, *names);
    if (!strcmp(*names, "fd"))
      bytes += stat(path, &status) == 0 ? (long)sizeof status.st_size : 0;
    else if (!strcmp(*names, "exe"))
      bytes += readlink(path, buffer, sizeof buffer) > 0;
    else if (!strcmp(*names, "limits"))
      bytes += prlimit(pid, RLIMIT_NOFILE, NULL, &limit) == 0 ? (long)sizeof limit : 0;
    else
      read_file(path);
  }
}

/* Calls the function for each directory whose name is a number. */
static void walk(const char *directory, int pid, char *const *of_process, char *const *of_thread)
{
  char path[64];
  DIR *open = opendir(directory);
  if (!open)
    return;
  for (struct dirent *entry; (entry = readdir(open));) {
    int id = atoi(entry->d_name);
    if (id == 0)
      continue;
    snprintf(path, sizeof path, "%s/%d", directory, id);
    if (pid != 0) {
      read_all(path, pid, of_thread);
      threads++;
    } else {
      read_all(path, id, of_process);
      processes++;
      strcat(path, "/task");
      walk(path, id, of_process, of_thread);
    }
  }
  closedir(open);
}

static void split(char *list, char **names)
{
  int n = 0;
  for (char *name = strtok(list, ","); name && n < MOST_NAMES; name = strtok(NULL, ","))
    names[n++] = name;
}

static double ms(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
  char process_default[] =
      "stat,status,statm,io,fd,schedstat,oom_score_adj,cgroup,cmdline,exe,limits";
  char thread_default[] = "stat,status,schedstat";
  char *process_list = process_default, *thread_list = thread_default;
  char *of_process[MOST_NAMES + 1] = {0}, *of_thread[MOST_NAMES + 1] = {0};
  int rounds = 1;
  for (int option; (option = getopt(argc, argv, "n:p:t:")) != -1;) {
    if (option == 'n')
      rounds = atoi(optarg);
    else if (option == 'p')
      process_list = optarg;
    else if (option == 't')
      thread_list = optarg;
    else
      return 2;
  }
  split(process_list, of_process);
  split(thread_list, of_thread);
  for (int i = 0; i < rounds; i++) {
    double wall = ms(CLOCK_MONOTONIC), cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
    processes = threads = bytes = 0;
    walk("/proc", 0, of_process, of_thread);
    printf("wall_ms=%.3f cpu_ms=%.3f processes=%ld threads=%ld bytes=%ld\n",
           ms(CLOCK_MONOTONIC) - wall, ms(CLOCK_PROCESS_CPUTIME_ID) - cpu, processes, threads,
           bytes);
  }
}
