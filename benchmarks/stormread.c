/* Reads bulks for some seconds and checks every record of them.
 *
 *   stormread SECONDS BULK
 *
 * Each bulk must be consistent (sizes, counts, order). Each thread must have its process, each text
 * must be where its record says, and each time must be before the end of the bulk. A name that has
 * an id (see storm.c) must have the id of its own record. Prints the errors, and at the end a line
 * of key=value; fails if there was an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kifs.h"

enum { TEXT_HEADER = 8 };

static const size_t room = 64 << 20;
static char *bulk;
static long bulks, records, of_storm, bad;

static void complain(size_t at, const char *format, ...)
{
  va_list arguments;
  if (++bad > 100)
    return;
  printf("bad record at %zu of bulk %ld: ", at, bulks);
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  putchar('\n');
}

static const struct kifs_snapshot *snapshot(void)
{
  return (const void *)bulk;
}

static int read_bulk(int fd)
{
  size_t got = 0;
  do {
    ssize_t more = pread(fd, bulk + got, room - got, (off_t)got);
    if (more <= 0 || (got == 0 && (size_t)more < sizeof *snapshot())) {
      complain(got, "read: %s", more < 0 ? strerror(errno) : "cut off");
      return 0;
    }
    got += (size_t)more;
  } while (got < snapshot()->bytes);
  return 1;
}

/* Checks that a name with an id has this one. */
static void check_name(size_t at, const char *comm, int id, int pid)
{
  char *end;
  if (comm[15])
    complain(at, "a name without an end");
  if (comm[0] != 'p' || comm[1] < '1' || comm[1] > '9')
    return;
  long named = strtol(comm + 1, &end, 10);
  if (*end)
    return;
  of_storm++;
  if (named != id && named != pid)
    complain(at, "id %d of %d is named %s", id, pid, comm);
}

static void check_start(size_t at, uint64_t start)
{
  uint64_t now = snapshot()->boottime_ns + snapshot()->duration_ns;
  if (start > now)
    complain(at, "began %.3f s in the future", (start - now) / 1e9);
}

/* The index of a process among records of one size in order of pid; -1 if it isn't there. */
static long find(const char *first, size_t size, long count, size_t pid_at, int pid)
{
  long low = 0, high = count;
  while (low < high) {
    long middle = (low + high) / 2;
    int32_t found;
    memcpy(&found, first + middle * size + pid_at, sizeof found);
    if (found == pid)
      return middle;
    if (found < pid)
      low = middle + 1;
    else
      high = middle;
  }
  return -1;
}

static const struct kifs_process *processes;
static long process_count;

static void check_process(size_t at, const struct kifs_process *process)
{
  if (process > processes && process[-1].pid >= process->pid)
    complain(at, "process %d behind %d", process->pid, process[-1].pid);
  if (process->pid <= 0 || process->ppid < 0 || process->threads > 4096)
    complain(at, "process %d of %d with %u threads", process->pid, process->ppid, process->threads);
  check_name(at, process->comm, process->pid, process->pid);
  check_start(at, process->start_ns);
}

static void check_thread(size_t at, const struct kifs_thread *thread, int first)
{
  const struct kifs_thread *before = thread - 1;
  long owner = find((const char *)processes, sizeof *processes, process_count,
                    offsetof(struct kifs_process, pid), thread->pid);
  if (!first &&
      (before->pid > thread->pid || (before->pid == thread->pid && before->tid >= thread->tid)))
    complain(at, "thread %d of %d behind %d of %d", thread->tid, thread->pid, before->tid,
             before->pid);
  if (owner < 0)
    complain(at, "thread %d of %d, which isn't there", thread->tid, thread->pid);
  else if (kifs_has(thread, KIFS_THREAD_START_NS) && thread->start_ns < processes[owner].start_ns)
    complain(at, "thread %d of %d is older than its process", thread->tid, thread->pid);
  check_name(at, thread->comm, thread->tid, thread->pid);
  check_start(at, thread->start_ns);
}

/* Returns the text, or null if the position is wrong. */
static const char *text(size_t at, uint64_t offset, uint32_t length)
{
  const struct kifs_header *header = (const void *)(bulk + offset - TEXT_HEADER);
  if (length == 0)
    return NULL;
  if (offset % 8 || offset < sizeof *snapshot() + TEXT_HEADER ||
      offset + length >= snapshot()->bytes || header->tag != KIFS_TEXT ||
      header->size < TEXT_HEADER + length + 1) {
    complain(at, "no text of %u bytes at %llu", length, (unsigned long long)offset);
    return NULL;
  }
  if (bulk[offset + length])
    complain(at, "a text without an end");
  return bulk + offset;
}

static void check_command(size_t at, const struct kifs_command *command, int first)
{
  const char *line = text(at, command->command_line_offset, command->command_line_length);
  const char *executable = text(at, command->executable_offset, command->executable_length);
  long owner = find((const char *)processes, sizeof *processes, process_count,
                    offsetof(struct kifs_process, pid), command->pid);
  if (!first && command[-1].pid >= command->pid)
    complain(at, "command %d behind %d", command->pid, command[-1].pid);
  if (owner < 0) {
    complain(at, "a command of %d, which isn't there", command->pid);
    return;
  }
  const char *name = processes[owner].comm;
  if (name[0] != 'p' || name[1] < '1' || name[1] > '9')
    return;
  /* The process may become /bin/true between the reads of its records. */
  if (line && !strstr(line, "storm") && strcmp(line, "/bin/true"))
    complain(at, "%s has the command line %s", name, line);
  if (executable && !strstr(executable, "/storm") && !strstr(executable, "/true"))
    complain(at, "%s has the executable %s", name, executable);
}

static size_t size_of(int tag)
{
  switch (tag) {
  case KIFS_SYSTEM:
    return sizeof(struct kifs_system);
  case KIFS_PROCESS:
    return sizeof(struct kifs_process);
  case KIFS_THREAD:
    return sizeof(struct kifs_thread);
  case KIFS_COMMAND:
    return sizeof(struct kifs_command);
  default:
    return 0;
  }
}

static long counted(int tag)
{
  const struct kifs_entry *entry = kifs_find(snapshot(), (uint16_t)tag);
  return entry ? (long)entry->count : 0;
}

static void check_bulk(void)
{
  const struct kifs_entry *entry = kifs_find(snapshot(), KIFS_PROCESS);
  size_t at = snapshot()->size;
  long seen[64] = {0};
  process_count = counted(KIFS_PROCESS);
  processes = (const void *)(bulk + (entry ? entry->offset : 0));
  if ((const char *)(processes + process_count) > bulk + snapshot()->bytes) {
    complain(0, "processes beyond the end");
    return;
  }
  while (at < snapshot()->bytes) {
    const struct kifs_header *header = (const void *)(bulk + at);
    size_t fixed = size_of(header->tag);
    if (header->size < TEXT_HEADER || header->size % 8 || at + header->size > snapshot()->bytes ||
        (fixed && header->size != fixed) || header->tag >= 64) {
      complain(at, "tag %u, size %u", header->tag, header->size);
      return;
    }
    int first = seen[header->tag]++ == 0;
    records++;
    if (header->tag == KIFS_PROCESS)
      check_process(at, (const void *)header);
    else if (header->tag == KIFS_THREAD)
      check_thread(at, (const void *)header, first);
    else if (header->tag == KIFS_COMMAND)
      check_command(at, (const void *)header, first);
    at += header->size;
  }
  for (int tag = 1; tag < 64; tag++)
    if (tag != KIFS_SNAPSHOT && counted(tag) != seen[tag])
      complain(0, "%ld records of tag %d instead of %ld", seen[tag], tag, counted(tag));
}

int main(int argc, char **argv)
{
  time_t end = time(NULL) + (argc == 3 ? atoi(argv[1]) : 0);
  int fd = argc == 3 ? open(argv[2], O_RDONLY) : -1;
  if (fd < 0 || !(bulk = malloc(room))) {
    perror("stormread");
    return 2;
  }
  uint64_t sequence = 0;
  while (time(NULL) < end) {
    bulks++;
    if (!read_bulk(fd))
      continue;
    if (snapshot()->sequence <= sequence)
      complain(0, "not a new snapshot");
    sequence = snapshot()->sequence;
    check_bulk();
  }
  printf("bulks=%ld records=%ld storm=%ld bad=%ld\n", bulks, records, of_storm, bad);
  return bad != 0;
}
