/*
 * A process whose memory lock is held for as long as a filesystem is frozen.
 *     stuck-memory FILE
 * maps FILE, of four pages, on that filesystem, prints "ready", and waits for lines:
 *     store      a thread stores to the file, and waits there while the filesystem is frozen
 *     protect    another thread changes that mapping, and waits for the first with the lock
 * From then on a reader of its command line, mappings or memory waits, too. A third thread waits for
 * a mutex of the main thread all the time.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 4 };

static char *memory;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_main(void *unused)
{
  pthread_mutex_lock(&mutex);
  return unused;
}

static void *store(void *unused)
{
  memory[0] = 1;
  return unused;
}

static void *protect(void *unused)
{
  /* Another page: if this were the stored one, the store would fail when it is tried again. */
  mprotect(memory + PAGE, PAGE, PROT_READ);
  return unused;
}

static int start(void *(*function)(void *))
{
  pthread_t thread;
  return pthread_create(&thread, NULL, function, NULL);
}

int main(int count, char **words)
{
  char line[64];
  int file = count == 2 ? open(words[1], O_RDWR) : -1;
  memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (file < 0 || memory == MAP_FAILED) {
    perror("stuck-memory");
    return 1;
  }
  (void)*(volatile char *)memory;
  pthread_mutex_lock(&mutex);
  start(wait_for_main);
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin))
    start(strcmp(line, "store\n") ? protect : store);
  return 0;
}
