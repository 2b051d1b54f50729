/* The ten processes with the most resident memory, once a second: how a C program keeps a table up
 * to date from changed bulks.
 *
 *   cc -I /mnt/kernel/schema -o top top.c && ./top [BULK [ROUNDS]]
 *
 * BULK is '/mnt/kernel/bulk?changed' by default. Any other bulk will do: a whole one replaces the
 * table. There is one round by default; 0: rounds without end.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>

#include "kifs.h"

enum { TOP = 10 };

/* A process with its command line, which is in memory of its own because it outlives the bulk. */
struct entry {
  struct kifs_process process;
  char *command;
  size_t command_bytes;
};

/* In the order of pids. */
static struct entry *table;
static size_t count, capacity;
static uint64_t sequence; /* of the bulk that was applied last */

/* The index of a process, or of where it belongs. */
static size_t place(int32_t pid)
{
  size_t low = 0, high = count;
  while (low < high) {
    size_t middle = (low + high) / 2;
    if (table[middle].process.pid < pid)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static struct entry *find(int32_t pid)
{
  size_t at = place(pid);
  return at < count && table[at].process.pid == pid ? &table[at] : 0;
}

static void remove_process(int32_t pid)
{
  struct entry *entry = find(pid);
  if (!entry)
    return;
  free(entry->command);
  memmove(entry, entry + 1, (size_t)(table + --count - entry) * sizeof *entry);
}

static void put_process(const struct kifs_process *process)
{
  size_t at = place(process->pid);
  if (at == count || table[at].process.pid != process->pid) {
    if (count == capacity) {
      capacity = capacity ? 2 * capacity : 1024;
      table = (struct entry *)realloc(table, capacity * sizeof *table);
      if (!table)
        abort();
    }
    memmove(table + at + 1, table + at, (count++ - at) * sizeof *table);
    table[at].command = 0;
    table[at].command_bytes = 0;
  }
  table[at].process = *process;
}

static void put_command(const struct kifs_bulk *bulk, const struct kifs_command *command)
{
  struct kifs_string line =
      kifs_text_at(bulk, command->command_line_offset, command->command_line_length);
  struct entry *entry = find(command->pid);
  if (!entry)
    return;
  free(entry->command);
  entry->command_bytes = line.bytes;
  entry->command = (char *)malloc(line.bytes + 1);
  if (!entry->command)
    abort();
  memcpy(entry->command, line.at, line.bytes);
}

/* Returns 0, or why the bulk can't be applied. */
static const char *apply(const struct kifs_bulk *bulk)
{
  struct kifs_snapshot snapshot;
  struct kifs_changes changes;
  struct kifs_gone gone;
  struct kifs_process process;
  struct kifs_command command;
  struct kifs_cursor cursor = kifs_records(bulk, KIFS_CHANGES);
  memcpy(&snapshot, bulk->data, sizeof snapshot);
  if (!(snapshot.flags & KIFS_CHANGED))
    while (count > 0)
      remove_process(table[count - 1].process.pid);
  else if (!kifs_next_changes(&cursor, &changes) || changes.since_sequence != sequence)
    return "a bulk is missing";
  cursor = kifs_records(bulk, KIFS_GONE);
  while (kifs_next_gone(&cursor, &gone))
    if (gone.kind == KIFS_PROCESS)
      remove_process(gone.pid);
  cursor = kifs_records(bulk, KIFS_PROCESS);
  while (kifs_next_process(&cursor, &process))
    put_process(&process);
  cursor = kifs_records(bulk, KIFS_COMMAND);
  while (kifs_next_command(&cursor, &command))
    put_command(bulk, &command);
  sequence = snapshot.sequence;
  return 0;
}

/* Escapes bytes that could upset a terminal. The NULs between arguments become spaces. */
static int print_text(const char *text, size_t bytes)
{
  int width = 0;
  for (const char *at = text; at < text + bytes; at++)
    if (*at != 0)
      width +=
          printf(isprint((unsigned char)*at) && *at != '\\' ? "%c" : "\\x%02x", (unsigned char)*at);
    else if (at + 1 < text + bytes)
      width += printf(" ");
  return width;
}

static void print_entry(const struct entry *entry)
{
  const struct kifs_process *process = &entry->process;
  const char *end = (const char *)memchr(process->comm, 0, sizeof process->comm);
  printf("%7d ", process->pid);
  if (kifs_has(process, KIFS_PROCESS_RSS_BYTES))
    printf("%14llu ", (unsigned long long)process->rss_bytes);
  else
    printf("%14s ", "-");
  printf("%7u ", process->threads);
  int width = print_text(process->comm, end ? (size_t)(end - process->comm) : sizeof process->comm);
  printf("%*s ", width < 16 ? 16 - width : 0, "");
  print_text(entry->command, entry->command_bytes);
  putchar('\n');
}

static void print_top(void)
{
  const struct entry *top[TOP + 1];
  int n = 0;
  for (const struct entry *entry = table; entry < table + count; entry++) {
    int i = n;
    for (; i > 0 && top[i - 1]->process.rss_bytes < entry->process.rss_bytes; i--)
      top[i] = top[i - 1];
    top[i] = entry;
    n += n < TOP;
  }
  printf("%7s %14s %7s %-16s %s\n", "pid", "rss", "threads", "comm", "command");
  for (int i = 0; i < n; i++)
    print_entry(top[i]);
  fflush(stdout);
}

int main(int argc, char **argv)
{
  const char *path = argc > 1 ? argv[1] : "/mnt/kernel/bulk?changed";
  long rounds = argc > 2 ? atol(argv[2]) : 1;
  struct kifs_bulk bulk = {0};
  int fd = open(path, O_RDONLY);
  if (fd < 0) {
    fprintf(stderr, "top: %s: %s\n", path, strerror(errno));
    return 1;
  }
  for (long round = 1; round <= rounds || rounds == 0; round++) {
    const char *error = kifs_read(&bulk, fd);
    if (!error)
      error = apply(&bulk);
    if (error) {
      fprintf(stderr, "top: %s: %s\n", path, error);
      return 1;
    }
    print_top();
    if (round != rounds)
      sleep(1);
  }
  kifs_free(&bulk);
}
