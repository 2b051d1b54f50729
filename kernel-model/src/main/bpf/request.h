/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What kifs and its BPF programs tell each other through shared memory. The Java side is Request
 * and Slot; a test compares every offset.
 */
#ifndef KIFS_REQUEST_H
#define KIFS_REQUEST_H

#include "kifs.h"

enum {
  KIFS_SLOTS = 4, /* that many passes side by side */
  KIFS_SLICE = 256, /* entries of work, and so processes, in one run of a program */
  KIFS_SLICE_THREADS = 2048,
  KIFS_SLICE_BLOCKED = 1024,
  KIFS_SLICE_TEXT = 256 * 1024,
  KIFS_WORDS_BEFORE = 64,
  KIFS_WORDS_AFTER = 64,
  KIFS_MOST_ARGUMENTS = 128 * 1024, /* bytes of a command line that are kept */
  KIFS_MOST_UIDS = 16,
  KIFS_MOST_COMMS = 8,
  KIFS_MOST_BOUNDS = 16,
  KIFS_MOST_FOLLOWED = 16, /* fields of which it is known when they last changed */
  KIFS_LISTED = 64 * 1024, /* processes that one listing holds */
  KIFS_PROCESSORS = 1024,
  KIFS_RLIMITS = 16,
  KIFS_MOST_LEVELS = 64, /* of resident memory that are watched */
  KIFS_EVENT_BYTES = 1024 * 1024, /* of the ring buffer; a power of 2 */
  KIFS_PATH_STEPS = 64, /* names in a path, and mounts it crosses */
  KIFS_SLICE_HELD = 1024, /* open files or mappings in one run of their iterator */
  KIFS_HELD_TEXT = 128 * 1024,
  KIFS_HELD_PATHS = 256, /* remembered; a power of 2 */
  KIFS_LONGEST_PATH = 4096,
  KIFS_MOST_DEVICES = 8,
};

/* Instead of a text's length: /proc must be asked for it, or the process be asked again. */
#define KIFS_ELSEWHERE UINT32_MAX
#define KIFS_LATER (UINT32_MAX - 1)
/* The same as when it was last read: the process hasn't run since. */
#define KIFS_UNCHANGED (UINT32_MAX - 2)

/* An entry of work: a process with all its threads, without them, or one thread; for `walk`, which
 * does one entry, also the threads of a process without it.
 */
enum { KIFS_WHOLE, KIFS_PROCESS_ALONE, KIFS_ONE_THREAD, KIFS_THREADS_ALONE };

struct kifs_work {
  uint32_t pid;
  uint32_t tid;
  uint32_t what;
  uint32_t reserved;
};

enum { KIFS_ABOVE, KIFS_BELOW, KIFS_EQUAL };

/* Keeps a record if the field at that offset is beyond the level, which may be a share of another
 * field, in 65,536ths. The Java side, Bound, says what is beyond.
 */
struct kifs_bound {
  uint16_t tag;
  uint16_t offset;
  uint16_t whole; /* offset of what it is a share of; 0: the level stands by itself */
  uint8_t bytes;
  uint8_t whole_bytes;
  uint8_t relation;
  uint8_t is_signed;
  uint8_t reserved[6];
  uint64_t level;
};

/* Keeps the records of a process, of one kind, if one of those fields has changed in one of them. */
struct kifs_change {
  uint64_t since; /* boot time; what changed later is kept */
  uint64_t now; /* boot time of the pass */
  uint64_t fields; /* their mask */
  uint32_t count; /* 0: nothing is followed */
  uint32_t afresh; /* what was known is too old: all counts as changed */
  uint16_t offset[KIFS_MOST_FOLLOWED];
  uint8_t bytes[KIFS_MOST_FOLLOWED];
};

/* What passes that follow changes have seen of a process: a digest, and when it last was another. */
struct kifs_followed {
  uint64_t process, process_changed;
  uint64_t threads, threads_changed;
};

struct kifs_request {
  /* The fields to fill of each record. A type with none is not wanted. */
  uint64_t process_fields;
  uint64_t thread_fields;
  uint64_t command_fields;
  uint64_t limits_fields;
  uint64_t states; /* bit n: the letter 'A' + n; 0: any */
  uint64_t total_pages; /* of memory and swap, for the OOM killer's score */
  uint32_t uids; /* how many are admitted; 0: all */
  uint32_t comms;
  uint32_t bounds; /* how many; of a kind that has none, and isn't followed, all is admitted */
  uint32_t count; /* entries of work; of `walk` the number of the one to do, from 1; 0: all tasks */
  uint32_t afresh; /* command lines are to be read whether or not they can have changed */
  uint32_t until; /* of `walk`: processes of this and higher ids wait for the next run; 0: none */
  uint32_t large; /* of `walk`: a process whose threads are left out, as they are too many */
  uint32_t reserved;
  uint32_t uid[KIFS_MOST_UIDS];
  uint64_t comm[KIFS_MOST_COMMS][2]; /* 16 bytes each, padded with NULs */
  struct kifs_bound bound[KIFS_MOST_BOUNDS];
  struct kifs_change process_change;
  struct kifs_change thread_change;
  uint64_t calls[8]; /* of `waits`: bit n: the system call is looked for */
  int64_t futex; /* the number of futex(2) */

  /* What came out. */
  /* the first entry of work that was not done: there was no room; of `walk`: process */
  uint32_t next;
  uint32_t processes;
  uint32_t threads;
  uint32_t commands;
  uint32_t limits;
  uint32_t text; /* bytes */
  uint32_t admitted; /* processes whose owner and name are, whatever their state */
  uint32_t blocked;
};

/* At which state of a process its command line was read. */
struct kifs_read {
  uint64_t runtime; /* ns of all threads; UINT64_MAX: one was running */
  uint64_t memory; /* which; an exec makes a new one */
};

/* Figures of all threads of a process, dead ones included. */
struct kifs_sums {
  uint64_t utime, stime, runtime;
  uint64_t running; /* threads on a processor now */
  uint64_t minor_faults, major_faults;
  struct {
    uint64_t rchar, wchar, syscr, syscw, read, write, cancelled;
  } io;
};

/* A thread that `waits` came by. */
struct kifs_seen {
  uint64_t id; /* whether it is in a pid namespace below ours, pid, tid: 1, 31, 32 bits */
  uint64_t comm[2];
};

/* A thread that is blocked in a call. */
struct kifs_blocked {
  uint32_t pid;
  uint32_t tid;
  uint32_t compat; /* a 32-bit call */
  uint32_t elsewhere; /* the words are left to /proc */
  int64_t number;
  uint64_t argument[6];
  uint64_t stack_pointer;
  uint64_t program_counter;
  uint64_t last_ran_ns; /* 0: can't be told */
  uint64_t switches;
  uint64_t words_address;
  uint32_t words_length;
  uint32_t uid;
  uint64_t comm[2];
  uint8_t words[KIFS_WORDS_BEFORE + KIFS_WORDS_AFTER];
};

/* One pass's memory. */
struct kifs_slot {
  struct kifs_request request;
  struct kifs_work work[KIFS_SLICE];
  struct kifs_process process[KIFS_SLICE];
  struct kifs_thread thread[KIFS_SLICE_THREADS];
  struct kifs_command command[KIFS_SLICE];
  struct kifs_read read[KIFS_SLICE]; /* of the commands, one for one */
  struct kifs_limits limits[KIFS_SLICE];
  uint8_t text[KIFS_SLICE_TEXT];
  struct kifs_seen seen[KIFS_SLICE_THREADS];
  struct kifs_blocked blocked[KIFS_SLICE_BLOCKED];
  /* The programs' own: the process at hand. */
  struct kifs_sums sums;
  uint64_t names[KIFS_PATH_STEPS];
  uint64_t dentry; /* where a path is at */
  uint64_t mount;
  uint32_t steps;
  uint32_t path_end;
  uint64_t filled;
  uint64_t arguments; /* where they begin */
  struct kifs_read before;
  struct kifs_followed followed;
  uint64_t digest; /* of its threads */
  uint64_t threads_before; /* how many there were before its own */
  uint64_t scratch;
  uint64_t foreign; /* whether it is in a pid namespace below ours */
  uint32_t pid;
  uint32_t keep;
  uint64_t cursor; /* of `walk`: the next thread's node in its process's list */
  uint64_t end; /* the list's own */
  uint64_t registers; /* where they lie on each kernel stack */
  uint64_t alone; /* whether the process's threads are left out */
};

/* One process of a listing. */
struct kifs_listed {
  uint32_t pid; /* in the first pid namespace */
  uint32_t visible; /* in the daemon's */
  uint32_t threads;
  uint32_t uid;
  uint64_t css_set; /* equal for processes that are in the same cgroups; nothing more */
};

struct kifs_list {
  uint32_t count; /* more than KIFS_LISTED: there was no room for all */
  uint32_t reserved;
  struct kifs_listed listed[KIFS_LISTED];
  uint64_t scratch; /* the program's own */
};

/* What is the same for all passes. */
struct kifs_host {
  /* boot time less the scheduler's clock, ns; INT64_MIN: unknown */
  int64_t clock_offset[KIFS_PROCESSORS];
  uint64_t percpu_offset[KIFS_PROCESSORS]; /* 0: unknown */
  uint32_t processors; /* possible ones */
  uint32_t level; /* of the daemon's pid namespace */
  uint64_t pid_namespace;
  uint64_t root_mount; /* of the daemon */
  uint64_t root_dentry;
  uint64_t page_shift;
  uint64_t lost_events; /* there was no room in the ring buffer */
  uint32_t slot; /* of `walk` */
  uint32_t walks_one; /* an iterator can be told which task to visit */
};

/* A path that a held file has, as long as that block of records is being written. */
struct kifs_path {
  uint64_t block; /* 0: none */
  uint64_t dentry, mount;
  uint64_t parent, name, inode; /* that it still is the same */
  uint32_t unlinked;
  uint32_t anonymous; /* by its path */
  uint32_t offset; /* of its TEXT */
  uint32_t length;
};

/* A mapping of what may be shared memory. */
struct kifs_mapping {
  uint64_t start;
  uint64_t end;
  uint64_t device; /* as st_dev */
  uint64_t inode;
  uint32_t pid;
  uint32_t ipc_namespace;
  uint32_t path_offset; /* of its TEXT */
  uint32_t path_length;
};

/* Open files or mappings, a block of records at a time, for one reader at a time. */
struct kifs_held {
  uint64_t block; /* counts blocks; never 0 */
  uint32_t shm; /* only of what may be shared memory; else of all files */
  uint32_t devices; /* how many filesystems shared memory has */
  uint64_t device[KIFS_MOST_DEVICES]; /* as st_dev */

  /* What came out. */
  uint32_t count; /* of records */
  uint32_t text; /* bytes */
  uint32_t texts;
  uint32_t reserved;
  uint64_t socket_device; /* of all sockets; 0: there was none so far */
  struct kifs_fd fd[KIFS_SLICE_HELD];
  struct kifs_mapping mapping[KIFS_SLICE_HELD];
  uint64_t texts_of[KIFS_HELD_TEXT / 8]; /* TEXT records */
  /* The programs' own. */
  uint64_t scratch;
  uint32_t task; /* whose id is `pid` in the daemon's namespace */
  uint32_t pid;
  struct kifs_path path[KIFS_HELD_PATHS];
};

enum {
  KIFS_FORKED,
  KIFS_EXECED,
  KIFS_RENAMED,
  KIFS_EXITED,
  KIFS_OOM_KILLED,
  KIFS_RESIZED, /* its resident memory has crossed a level */
};

struct kifs_level {
  uint32_t pid; /* 0: of any process */
  uint32_t used;
  uint64_t pages;
};

struct kifs_levels {
  uint64_t generation; /* changes whenever a level is added */
  uint32_t count; /* behind the last that is used */
  uint32_t reserved;
  struct kifs_level level[KIFS_MOST_LEVELS];
};

struct kifs_event {
  uint32_t kind;
  int32_t pid; /* of the process; of the new one if it forked */
  int32_t parent; /* who forked */
  int32_t status; /* of an exit, as waitpid(2) gives it */
  uint64_t boottime_ns;
  uint64_t start_ns;
  uint32_t uid;
  uint32_t reserved;
  char comm[16];
};

#endif
