/* Measures a pass of a C program over all open fds or all mappings in /proc.
 *
 *   fdwalk links     the link of every fd, the least possible work
 *   fdwalk fds       the link, the fdinfo and a stat of every fd, as kifs does for FD
 *   fdwalk maps      the mappings of every process, and the link of every fd, as for SHM
 *
 * Prints wall_ms, cpu_ms, processes and fds. Nothing is parsed.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 16];

static double ms(clockid_t clock)
{
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static void read_all(int directory, const char *name)
{
  int fd = openat(directory, name, O_RDONLY);
  if (fd < 0)
    return;
  while (read(fd, buffer, sizeof buffer) > 0)
    ;
  close(fd);
}

static long walk_fds(int process, int whole)
{
  long count = 0;
  int links = openat(process, "fd", O_RDONLY | O_DIRECTORY);
  int infos = whole ? openat(process, "fdinfo", O_RDONLY | O_DIRECTORY) : -1;
  DIR *list = links < 0 ? NULL : fdopendir(links);
  for (struct dirent *entry; list && (entry = readdir(list));) {
    struct stat file;
    if (entry->d_name[0] == '.')
      continue;
    count += readlinkat(links, entry->d_name, buffer, sizeof buffer) > 0;
    if (whole) {
      read_all(infos, entry->d_name);
      fstatat(links, entry->d_name, &file, 0);
    }
  }
  if (list)
    closedir(list);
  if (infos >= 0)
    close(infos);
  return count;
}

int main(int count, char **arguments)
{
  long processes = 0, fds = 0;
  if (count != 2)
    return 2;
  int maps = !strcmp(arguments[1], "maps"), whole = !strcmp(arguments[1], "fds");
  double wall = ms(CLOCK_MONOTONIC), cpu = ms(CLOCK_PROCESS_CPUTIME_ID);
  DIR *proc = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(proc));) {
    if (entry->d_name[0] < '1' || entry->d_name[0] > '9')
      continue;
    int process = openat(dirfd(proc), entry->d_name, O_PATH | O_DIRECTORY);
    if (process < 0)
      continue;
    if (maps)
      read_all(process, "maps");
    fds += walk_fds(process, whole);
    processes++;
    close(process);
  }
  printf("wall_ms=%.1f cpu_ms=%.1f processes=%ld fds=%ld\n", ms(CLOCK_MONOTONIC) - wall,
         ms(CLOCK_PROCESS_CPUTIME_ID) - cpu, processes, fds);
  return 0;
}
