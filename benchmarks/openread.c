/* Measures the time of open, read and close of one file.
 *
 *   openread [-n TIMES] PATH
 *
 * Prints one line of key=value: the first time, then the median and the 99th percentile.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static double us(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;
  return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
  static char buffer[1 << 16];
  int times = 1000;
  for (int option; (option = getopt(argc, argv, "n:")) != -1;) {
    if (option != 'n')
      return 2;
    times = atoi(optarg);
  }
  double *took = calloc(times > 0 ? times : 1, sizeof *took), first;
  if (!took || optind >= argc || times < 1)
    return 2;
  for (int i = 0; i < times; i++) {
    double begin = us();
    int fd = open(argv[optind], O_RDONLY);
    if (fd < 0 || read(fd, buffer, sizeof buffer) <= 0) {
      perror(argv[optind]);
      return 1;
    }
    close(fd);
    took[i] = us() - begin;
  }
  first = took[0];
  qsort(took, times, sizeof *took, ascending);
  printf("first_us=%.1f median_us=%.1f p99_us=%.1f\n", first, took[times / 2],
         took[times * 99 / 100]);
}
