/* Reading. For programs of user space; BPF programs see the records alone.
 *
 *   struct kifs_bulk bulk = {0}; // in C++: {}
 *   struct kifs_process process;
 *   const char *error = kifs_read(&bulk, fd);
 *   struct kifs_cursor cursor = kifs_records(&bulk, KIFS_PROCESS);
 *   while (kifs_next_process(&cursor, &process))
 *     ...
 *   kifs_free(&bulk);
 *
 * No function reads outside of the bulk, whatever the bulk claims. None is thread-safe for one
 * struct; several threads may use several.
 */
#ifndef __bpf__
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A bulk in memory. All zero at the beginning; can be read into again and again. */
struct kifs_bulk {
  char *data;
  size_t bytes; /* of the bulk; 0: none was read */
  size_t capacity;
};

/* A position among the records of one tag. */
struct kifs_cursor {
  const char *data;
  uint64_t tag;
  uint64_t at;
  uint64_t end; /* of the bulk */
  uint64_t left; /* records */
};

/* A text with a NUL after it. It may have other NULs in it: a command line has one after each
 * argument. The bytes are the kernel's, and need not be UTF-8.
 */
struct kifs_string {
  const char *at; /* never null */
  size_t bytes;
};

/* The records of a tag. There are none if the bulk has no such records. */
static inline struct kifs_cursor kifs_records(const struct kifs_bulk *bulk, uint16_t tag)
{
  struct kifs_cursor cursor = {bulk->data, tag, 0, bulk->bytes, 0};
  struct kifs_snapshot snapshot;
  struct kifs_entry entry;
  size_t at = sizeof snapshot;
  if (bulk->bytes < sizeof snapshot)
    return cursor;
  memcpy(&snapshot, bulk->data, sizeof snapshot);
  for (uint16_t i = 0; i < snapshot.entries && bulk->bytes - at >= sizeof entry; i++) {
    memcpy(&entry, bulk->data + at, sizeof entry);
    if (entry.tag == tag) {
      cursor.at = entry.offset;
      cursor.left = entry.count;
      return cursor;
    }
    at += sizeof entry;
  }
  return cursor;
}

/* The size of the next record; 0 at the end, or if there is no such record. */
static inline uint32_t kifs_next_size(const struct kifs_cursor *cursor)
{
  struct kifs_header header;
  if (cursor->left == 0 || cursor->at % 8 || cursor->at > cursor->end ||
      cursor->end - cursor->at < sizeof header)
    return 0;
  memcpy(&header, cursor->data + cursor->at, sizeof header);
  if (header.tag != cursor->tag || header.size < sizeof header || header.size % 8 ||
      header.size > cursor->end - cursor->at)
    return 0;
  return header.size;
}

/* Copies the next record, and steps. Fields that a newer kifs has added are left out; those that an
 * older kifs lacks are absent. `ends` has the end of each field. Returns 0 at the end.
 */
static inline int kifs_copy_next(struct kifs_cursor *cursor, void *record, size_t bytes,
                                 const uint16_t *ends, unsigned fields)
{
  const size_t absent_at = 16, least = 24;
  uint32_t size = kifs_next_size(cursor);
  uint64_t absent;
  if (size < least || bytes < least)
    return 0;
  memset(record, 0, bytes);
  memcpy(record, cursor->data + cursor->at, size < bytes ? size : bytes);
  cursor->at += size;
  cursor->left--;
  memcpy(&absent, (char *)record + absent_at, sizeof absent);
  for (unsigned i = fields; i > 0 && ends[i - 1] > size; i--)
    absent |= UINT64_C(1) << (i - 1);
  memcpy((char *)record + absent_at, &absent, sizeof absent);
  return 1;
}

/* Checks a bulk from its first to its last record, and cuts off what follows it. Returns 0, or what
 * is wrong; then the bulk has no records.
 */
static inline const char *kifs_check(struct kifs_bulk *bulk)
{
  struct kifs_snapshot snapshot;
  struct kifs_entry entry;
  struct kifs_header header;
  size_t bytes = bulk->bytes, at = 0, directory;
  uint64_t records = 0;
  bulk->bytes = 0;
  errno = EBADMSG;
  if (bytes < sizeof snapshot)
    return "not a bulk: shorter than its first record";
  memcpy(&snapshot, bulk->data, sizeof snapshot);
  if (snapshot.tag != KIFS_SNAPSHOT || memcmp(snapshot.magic, KIFS_MAGIC, sizeof snapshot.magic))
    return "not a bulk: it doesn't begin with SNAPSHOT";
  if (snapshot.major != KIFS_MAJOR)
    return "a bulk of another major version";
  if (snapshot.bytes > bytes)
    return "the bulk is cut off";
  directory = sizeof snapshot + snapshot.entries * sizeof entry;
  if (snapshot.size < directory || snapshot.size > snapshot.bytes)
    return "the bulk's directory has no space";
  for (; at < snapshot.bytes; at += header.size, records++) {
    if (snapshot.bytes - at < sizeof header)
      return "the bulk ends within a record";
    memcpy(&header, bulk->data + at, sizeof header);
    if (header.size < sizeof header || header.size % 8 || header.size > snapshot.bytes - at)
      return "a record of the bulk has a wrong size";
  }
  if (records != snapshot.records)
    return "the bulk has another number of records than it says";
  for (at = sizeof snapshot; at < directory; at += sizeof entry) {
    memcpy(&entry, bulk->data + at, sizeof entry);
    struct kifs_cursor cursor = {bulk->data, entry.tag, entry.offset, snapshot.bytes, entry.count};
    for (uint32_t size; (size = kifs_next_size(&cursor)) > 0; cursor.left--)
      cursor.at += size;
    if (cursor.left > 0)
      return "the bulk's directory doesn't fit its records";
  }
  bulk->bytes = (size_t)snapshot.bytes;
  errno = 0;
  return 0;
}

/* Reads a whole bulk: of an open `bulk` a new snapshot, of a pipe what comes. Returns 0, or what is
 * wrong; then the bulk has no records, and errno is that of read(2), ENOMEM, or EBADMSG: not a bulk.
 * ENOTCONN and ECONNABORTED say that the tree is no longer mounted.
 */
static inline const char *kifs_read(struct kifs_bulk *bulk, int fd)
{
  const size_t least = (size_t)1 << 20;
  size_t got = 0;
  struct kifs_snapshot snapshot;
  bulk->bytes = 0;
  (void)lseek(fd, 0, SEEK_SET); /* a pipe has no beginning to go to */
  for (;;) {
    if (bulk->capacity - got < least) {
      size_t capacity = 2 * bulk->capacity + 4 * least;
      char *larger = capacity > got ? (char *)realloc(bulk->data, capacity) : 0;
      if (!larger) {
        errno = ENOMEM;
        return strerror(errno);
      }
      bulk->data = larger;
      bulk->capacity = capacity;
    }
    ssize_t more = read(fd, bulk->data + got, bulk->capacity - got);
    if (more < 0)
      return strerror(errno);
    got += (size_t)more;
    if (got >= sizeof snapshot)
      memcpy(&snapshot, bulk->data, sizeof snapshot);
    if (more == 0 || (got >= sizeof snapshot && got >= snapshot.bytes))
      break;
  }
  bulk->bytes = got;
  return kifs_check(bulk);
}

/* Gives the memory back. */
static inline void kifs_free(struct kifs_bulk *bulk)
{
  free(bulk->data);
  memset(bulk, 0, sizeof *bulk);
}

/* A text that a record refers to: kifs_text_at(&bulk, fd.path_offset, fd.path_length). Empty if it is
 * absent.
 */
static inline struct kifs_string kifs_text_at(const struct kifs_bulk *bulk, uint64_t offset,
                                              uint64_t length)
{
  struct kifs_string text = {"", 0};
  if (offset < sizeof(struct kifs_snapshot) || offset >= bulk->bytes ||
      length >= bulk->bytes - offset || bulk->data[offset + length])
    return text;
  text.at = bulk->data + offset;
  text.bytes = (size_t)length;
  return text;
}
