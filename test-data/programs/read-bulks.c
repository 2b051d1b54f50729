/* Reads many bulks by schema/kifs.h, and prints a line for each: "bad", or the number of records that
 * it knows and the bytes of their texts.
 *
 *   read-bulks FILE    the file has u32 size, then the bulk, again and again
 *
 * Each bulk is copied into memory of its own size, so that -fsanitize=address sees each byte that is
 * read outside of it. A bad bulk is also read without its check.
 */
#include <stdint.h>
#include <stdio.h>

#include "kifs.h"

static unsigned long records, texts, seen;
static int is_whole;

static void touch(const void *record, size_t bytes)
{
  const unsigned char *at = record;
  for (size_t i = 0; i < bytes; i++)
    seen += at[i];
}

static void text(const struct kifs_bulk *bulk, int is_there, uint64_t offset, uint32_t length)
{
  struct kifs_string string = kifs_text_at(bulk, offset, length);
  if (string.at[string.bytes])
    abort();
  touch(string.at, string.bytes);
  texts += is_there ? string.bytes : 0;
}

#define TEXT(TYPE, record, NAME, name) \
  text(bulk, \
       kifs_has(&record, KIFS_##TYPE##_##NAME##_OFFSET) && \
           kifs_has(&record, KIFS_##TYPE##_##NAME##_LENGTH), \
       record.name##_offset, record.name##_length)

#define EACH(TYPE, type, body) \
  do { \
    struct kifs_##type type; \
    struct kifs_cursor cursor = kifs_records(bulk, KIFS_##TYPE); \
    for (; kifs_next_##type(&cursor, &type); records++) { \
      touch(&type, sizeof type); \
      body; \
    } \
    is_whole &= cursor.left == 0; \
  } while (0)

static void read_all(const struct kifs_bulk *bulk)
{
  records = texts = 0;
  is_whole = 1;
  EACH(SYSTEM, system, );
  EACH(CPU, cpu, );
  EACH(PROCESS, process, );
  EACH(THREAD, thread, );
  EACH(COMMAND, command, {
    TEXT(COMMAND, command, COMMAND_LINE, command_line);
    TEXT(COMMAND, command, EXECUTABLE, executable);
  });
  EACH(LIMITS, limits, );
  EACH(TOTAL, total, );
  EACH(FD, fd, {
    TEXT(FD, fd, PATH, path);
    TEXT(FD, fd, SOCKET_NAME, socket_name);
  });
  EACH(SHM, shm, TEXT(SHM, shm, NAME, name));
  EACH(SHM_USER, shm_user, );
  EACH(WAIT, wait, TEXT(WAIT, wait, MAPPING, mapping));
  EACH(CGROUP, cgroup, TEXT(CGROUP, cgroup, PATH, path));
  EACH(BASELINE, baseline, );
  EACH(THREAD_BASELINE, thread_baseline, );
}

int main(int argc, char **argv)
{
  FILE *file = argc == 2 ? fopen(argv[1], "rb") : 0;
  uint32_t size;
  if (!file)
    return 2;
  while (fread(&size, sizeof size, 1, file) == 1) {
    struct kifs_bulk bulk = {malloc(size ? size : 1), size, size};
    if (!bulk.data || fread(bulk.data, 1, size, file) != size)
      return 2;
    const char *error = kifs_check(&bulk);
    if (error) {
      bulk.bytes = size;
      read_all(&bulk);
      is_whole = 0;
    } else {
      read_all(&bulk);
    }
    if (is_whole)
      printf("%lu %lu\n", records, texts);
    else
      printf("bad\n");
    kifs_free(&bulk);
  }
  fclose(file);
  return seen == 0;
}
