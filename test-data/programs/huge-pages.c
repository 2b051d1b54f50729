/*
 * huge-pages: maps 8 MiB of private huge pages, 4 MiB of a memfd of huge pages that other processes
 * can share, and 1 MiB of a plain memfd as a private mapping. Writes to all of it. Prints "ready",
 * and keeps the memory until the end of standard input. Needs six free huge pages of 2 MiB
 * (/proc/sys/vm/nr_hugepages).
 *
 * VmRSS counts no huge page and HugetlbPages counts all of them. Only the 4 MiB are shared memory.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MIB = 1 << 20 };

static int failed;

static void map(const char *what, size_t size, int flags, int file)
{
  char *memory;

  if (file >= 0 && ftruncate(file, size) != 0)
    failed = 1;
  memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, 0);
  if (memory == MAP_FAILED || failed) {
    perror(what);
    failed = 1;
  } else {
    memset(memory, 1, size);
  }
}

int main(void)
{
  char byte;

  map("private huge pages", 8 * MIB, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
  map("a memfd of huge pages", 4 * MIB, MAP_SHARED, memfd_create("kifs-huge", MFD_HUGETLB));
  map("a private mapping", MIB, MAP_PRIVATE, memfd_create("kifs-private", 0));
  if (failed)
    return 1;
  puts("ready");
  fflush(stdout);
  while (read(0, &byte, 1) > 0)
    ;
  return 0;
}
