/* The ten processes with the most resident memory: how a C program reads a bulk.
 *
 *   cc -I /mnt/kernel/schema -o top top.c && ./top [/mnt/kernel/bulk]
 */
#define _POSIX_C_SOURCE 200809L /* strnlen */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kifs.h"

enum { TOP = 10 };

static char *bulk;
static size_t bytes;

static void fail(const char *path, const char *why)
{
  fprintf(stderr, "top: %s: %s\n", path, why);
  exit(1);
}

static void read_bulk(const char *path)
{
  FILE *file = fopen(path, "rb");
  if (!file)
    fail(path, "can't open it");
  setvbuf(file, NULL, _IONBF, 0); /* otherwise stdio would divide large reads into small ones */
  for (size_t capacity = 0, got = 1; got > 0; bytes += got) {
    if (capacity - bytes < 1 << 20 && !(bulk = realloc(bulk, capacity = 2 * capacity + (4 << 20))))
      fail(path, "too large");
    got = fread(bulk + bytes, 1, capacity - bytes, file);
  }
  if (ferror(file))
    fail(path, "can't read it");
  fclose(file);
  const struct kifs_snapshot *first = (const void *)bulk;
  if (bytes < sizeof *first || memcmp(first->magic, KIFS_MAGIC, 8) || first->major != KIFS_MAJOR)
    fail(path, "not a bulk of this format");
  if (first->bytes > bytes ||
      first->size < sizeof *first + first->entries * sizeof(struct kifs_entry))
    fail(path, "cut off");
}

/* The record of a tag after `before`, or the first one if that is 0; 0 at the end. */
static const void *next(uint16_t tag, size_t min_size, const void *before)
{
  const struct kifs_entry *entry = kifs_find((const void *)bulk, tag);
  size_t at = entry ? entry->offset : bytes;
  if (before)
    at = (size_t)((const char *)kifs_next(before) - bulk);
  if (at % 8 || at > bytes || bytes - at < min_size)
    return 0;
  const struct kifs_header *header = (const void *)(bulk + at);
  return header->tag == tag && header->size >= min_size ? header : 0;
}

/* Escapes bytes that could upset a terminal. The NULs between arguments become spaces. */
static int print_text(uint64_t offset, uint64_t length)
{
  int width = 0;
  if (offset > bytes || length > bytes - offset)
    return 0;
  for (const unsigned char *at = (void *)(bulk + offset); length > 0; at++, length--)
    if (*at != 0)
      width += printf(isprint(*at) && *at != '\\' ? "%c" : "\\x%02x", *at);
    else if (length > 1)
      width += printf(" ");
  return width;
}

int main(int argc, char **argv)
{
  const struct kifs_process *top[TOP + 1], *process = 0;
  int n = 0;
  read_bulk(argc > 1 ? argv[1] : "/mnt/kernel/bulk");
  while ((process = next(KIFS_PROCESS, sizeof *process, process))) {
    int i = n;
    for (; i > 0 && top[i - 1]->rss_bytes < process->rss_bytes; i--)
      top[i] = top[i - 1];
    top[i] = process;
    n += n < TOP;
  }
  printf("%7s %14s %7s %-16s %s\n", "pid", "rss", "threads", "comm", "command");
  for (int i = 0; i < n; i++) {
    const struct kifs_command *command = next(KIFS_COMMAND, sizeof *command, 0);
    while (command && command->pid != top[i]->pid)
      command = next(KIFS_COMMAND, sizeof *command, command);
    printf("%7d ", top[i]->pid);
    if (kifs_has(top[i], KIFS_PROCESS_RSS_BYTES))
      printf("%14llu ", (unsigned long long)top[i]->rss_bytes);
    else
      printf("%14s ", "-");
    printf("%7u ", top[i]->threads);
    int width = print_text(top[i]->comm - bulk, strnlen(top[i]->comm, sizeof top[i]->comm));
    printf("%*s ", width < 16 ? 16 - width : 0, "");
    if (command && kifs_has(command, KIFS_COMMAND_COMMAND_LINE_OFFSET))
      print_text(command->command_line_offset, command->command_line_length);
    putchar('\n');
  }
}
