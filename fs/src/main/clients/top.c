/* The ten processes with the most resident memory: how a C program reads a bulk.
 *
 *   cc -I /mnt/kernel/schema -o top top.c && ./top [/mnt/kernel/bulk]
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>

#include "kifs.h"

enum { TOP = 10 };

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

static void print_command_line(const struct kifs_bulk *bulk, int32_t pid)
{
  struct kifs_command command;
  struct kifs_cursor cursor = kifs_records(bulk, KIFS_COMMAND);
  while (kifs_next_command(&cursor, &command))
    if (command.pid == pid) {
      struct kifs_string line =
          kifs_text_at(bulk, command.command_line_offset, command.command_line_length);
      print_text(line.at, line.bytes);
    }
}

int main(int argc, char **argv)
{
  const char *path = argc > 1 ? argv[1] : "/mnt/kernel/bulk";
  struct kifs_bulk bulk = {0};
  struct kifs_process top[TOP + 1], process;
  int n = 0;
  const char *error = kifs_read(&bulk, open(path, O_RDONLY));
  if (error) {
    fprintf(stderr, "top: %s: %s\n", path, error);
    return 1;
  }
  struct kifs_cursor cursor = kifs_records(&bulk, KIFS_PROCESS);
  while (kifs_next_process(&cursor, &process)) {
    int i = n;
    for (; i > 0 && top[i - 1].rss_bytes < process.rss_bytes; i--)
      top[i] = top[i - 1];
    top[i] = process;
    n += n < TOP;
  }
  printf("%7s %14s %7s %-16s %s\n", "pid", "rss", "threads", "comm", "command");
  for (int i = 0; i < n; i++) {
    printf("%7d ", top[i].pid);
    if (kifs_has(&top[i], KIFS_PROCESS_RSS_BYTES))
      printf("%14llu ", (unsigned long long)top[i].rss_bytes);
    else
      printf("%14s ", "-");
    printf("%7u ", top[i].threads);
    const char *end = memchr(top[i].comm, 0, sizeof top[i].comm);
    int width = print_text(top[i].comm, end ? (size_t)(end - top[i].comm) : sizeof top[i].comm);
    printf("%*s ", width < 16 ? 16 - width : 0, "");
    print_command_line(&bulk, top[i].pid);
    putchar('\n');
  }
  kifs_free(&bulk);
}
