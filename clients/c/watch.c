/* Prints how many processes there are, waits for one event, and prints what it is about.
 *
 *   cc -I /mnt/kernel/schema -o watch watch.c && ./watch /mnt/kernel processes/each/notify/rss/above/8G
 */
#include <stdio.h>

#include "kifs.h"
#include "kifs_events.h"

/* Takes a snapshot of all processes. */
static void snapshot(struct kifs_bulk *bulk, int fd)
{
  const char *error = kifs_read(bulk, fd);
  if (error) {
    fprintf(stderr, "watch: %s\n", error);
    exit(1);
  }
}

static void print_process(const struct kifs_bulk *bulk, int pid)
{
  struct kifs_process process;
  struct kifs_cursor cursor = kifs_records(bulk, KIFS_PROCESS);
  while (kifs_next_process(&cursor, &process))
    if (process.pid == pid)
      printf("%.16s has %u threads\n", process.comm, process.threads);
}

/* The value of a field of an event; empty if it has none. Valid until the next call. */
static const char *value(const char *event, const char *key)
{
  static char found[256];
  size_t length = strlen(key);
  const char *at = event;
  found[0] = 0;
  while (at && (strncmp(at, key, length) || at[length] != '='))
    at = (at = strchr(at, ' ')) ? at + 1 : 0;
  if (at)
    snprintf(found, sizeof found, "%.*s", (int)strcspn(at + length + 1, " \n"), at + length + 1);
  return found;
}

int main(int argc, char **argv)
{
  char path[4096], event[KIFS_EVENT_BYTES];
  struct kifs_bulk bulk = {0};
  struct kifs_waiter waiter = {0};
  if (argc != 3) {
    fprintf(stderr, "usage: watch MOUNTPOINT NAME\n");
    return 2;
  }
  snprintf(path, sizeof path, "%s/bulk?tags=process", argv[1]);
  int processes = open(path, O_RDONLY), count = 0, got;
  snapshot(&bulk, processes);
  struct kifs_cursor cursor = kifs_records(&bulk, KIFS_PROCESS);
  struct kifs_process process;
  while (kifs_next_process(&cursor, &process))
    count++;
  printf("processes: %d\n", count);
  fflush(stdout);

  snprintf(path, sizeof path, "%s/%s", argv[1], argv[2]);
  if (kifs_wait_for(&waiter, path)) {
    perror(path);
    return 1;
  }
  while ((got = kifs_next_event(&waiter, event, -1)) == KIFS_TREE_GONE)
    if (kifs_reconnect(&waiter, argv[1])) {
      perror(argv[1]);
      return 1;
    }
  if (got != KIFS_EVENT) {
    fprintf(stderr, "watch: %s has vanished\n", argv[2]);
    return 1;
  }
  printf("%s: ", value(event, "entity"));
  printf("%s is ", value(event, "metric"));
  printf("%s ", value(event, "value"));
  printf("%s\n", value(event, "unit"));
  /* After the mount's return the old file is of the old mount. */
  close(processes);
  snprintf(path, sizeof path, "%s/bulk?tags=process", argv[1]);
  processes = open(path, O_RDONLY);
  snapshot(&bulk, processes);
  print_process(&bulk, atoi(value(event, "pid")));
  close(processes);
  kifs_free(&bulk);
  kifs_end_waiting(&waiter);
}
