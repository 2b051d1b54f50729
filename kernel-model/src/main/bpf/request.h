/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The memory that kifs and its BPF programs share. Made from the classes of the package
 * kifs.kernel.bpf.layout; don't edit. A test compares.
 */
#ifndef KIFS_REQUEST_H
#define KIFS_REQUEST_H

#include "kifs.h"

enum {
  KIFS_SLOTS = 4, /* passes that can be made at the same time */
  /* items of the work list, and so processes, of one run of a program; a power of 2 */
  KIFS_BATCH = 256,
  KIFS_BATCH_THREADS = 2048, /* threads of one run; a power of 2 */
  KIFS_BATCH_BLOCKED = 1024, /* blocked threads of one run */
  KIFS_BATCH_TEXT = 262144, /* bytes of TEXT records of one run */
  KIFS_WORDS_BEFORE = 64, /* bytes that are read before a futex word */
  KIFS_WORDS_AFTER = 64, /* bytes that are read from a futex word on */
  KIFS_WORDS = 128, /* bytes that are read around a futex word */
  KIFS_CALL_NUMBERS = 512, /* numbers of system calls that can be looked for */
  KIFS_COMM_BYTES = 16, /* bytes of a thread's name, its NUL included */
  KIFS_MAX_ARGUMENTS = 131072, /* bytes of a command line that are kept */
  KIFS_MAX_UIDS = 16, /* users that a filter can name */
  KIFS_MAX_COMMS = 8, /* names that a filter can contain */
  KIFS_MAX_BOUNDS = 16, /* bounds that a filter can contain */
  KIFS_MAX_TRACKED = 16, /* fields of a record type whose changes can be tracked */
  KIFS_MAX_LISTED = 65536, /* processes that a listing can hold */
  KIFS_MAX_CPUS = 1024, /* CPUs */
  KIFS_RLIMITS = 16, /* resources that have an rlimit */
  KIFS_MAX_LEVELS = 64, /* levels of resident memory that can be watched */
  KIFS_EVENT_KINDS = 6, /* kinds of events */
  KIFS_EVENT_BUFFER = 4194304, /* bytes of the ring buffer of events, 64 for each; a power of 2 */
  KIFS_MAX_PATH_NAMES = 64, /* names in a path, and mounts that it crosses */
  KIFS_MAX_PATH = 4096, /* bytes of a path, its NUL included */
  KIFS_BATCH_HELD = 1024, /* open files or mappings of one run of their iterator */
  KIFS_HELD_TEXT_WORDS = 16384, /* TEXT records of one such run, in units of 8 bytes */
  KIFS_HELD_PATHS = 256, /* paths of files that are remembered during one such run; a power of 2 */
  KIFS_FILE_TABLES = 64, /* file tables of threads that are remembered; a power of 2 */
  KIFS_MAX_DEVICES = 8, /* filesystems that can hold shared memory */
};

/* Instead of a text's length. */
#define KIFS_LEFT_TO_PROC 4294967295u /* /proc must be asked for the text */
/* the text is the one that was read last: the process has not run since */
#define KIFS_UNCHANGED 4294967294u

/* What an item of the work list asks for. */
enum {
  KIFS_PROCESS_WITH_THREADS = 0, /* a process and all of its threads */
  KIFS_PROCESS_ONLY = 1, /* a process without its threads */
  KIFS_ONE_THREAD = 2, /* one thread, without its process */
  /* all threads of a process, without the process; only `walk` can do that */
  KIFS_THREADS_ONLY = 3,
};

/* What a bound compares with. */
enum {
  KIFS_ABOVE = 0,
  KIFS_BELOW = 1,
  KIFS_EQUAL = 2,
};

/* What an event reports. */
enum {
  KIFS_FORKED = 0, /* a process was created */
  KIFS_EXECED = 1, /* a process executes another program */
  KIFS_RENAMED = 2, /* a process's main thread gets another name */
  KIFS_EXITED = 3, /* the last thread of a process ended */
  KIFS_OOM_KILLED = 4, /* the OOM killer chose a process */
  KIFS_RESIZED = 5, /* a process's resident memory has crossed a level */
};

/* One item of the work list of a run. */
struct kifs_work_item {
  uint32_t pid;
  uint32_t tid; /* of KIFS_ONE_THREAD */
  uint32_t kind; /* KIFS_PROCESS_WITH_THREADS, … */
  uint32_t reserved;
};

/* Keeps a record if one of its fields exceeds a level. The level can be a share of another field,
 * in 65,536ths. Bound.java says when a value exceeds a level.
 */
struct kifs_bound {
  uint16_t tag; /* of the record type */
  uint16_t field_offset;
  uint16_t denominator_offset; /* of the field that the level is a share of; 0: it is no share */
  uint8_t field_bytes;
  uint8_t denominator_bytes;
  uint8_t relation; /* KIFS_ABOVE, … */
  uint8_t is_signed; /* whether the field is */
  uint8_t reserved[6];
  uint64_t level;
};

/* Keeps the records of a process, of one type, if one of these fields has changed in one of the
 * records.
 */
struct kifs_change {
  uint64_t since; /* boot time in ns; later changes are kept */
  uint64_t now; /* boot time of the pass, ns */
  uint64_t fields; /* their mask */
  uint32_t count; /* of the fields; 0: nothing is tracked */
  uint32_t full; /* the digests are too old: everything counts as changed */
  uint16_t field_offset[KIFS_MAX_TRACKED];
  uint8_t field_bytes[KIFS_MAX_TRACKED];
};

/* What a pass asks of a program, and what one run of it reports. */
struct kifs_request {
  /* Masks of the fields to fill. Records of a type whose mask is 0 are not made. */
  uint64_t process_fields;
  uint64_t thread_fields;
  uint64_t command_fields;
  uint64_t limits_fields;

  /* Filters. */
  uint64_t states; /* bit n: the state with the letter 'A' + n; 0: any state */
  uint64_t total_pages; /* of memory and swap, for the OOM killer's score */
  uint32_t uid_count; /* users that are admitted; 0: all */
  uint32_t comm_count; /* names that are admitted; 0: all */
  /* records of a type that has no bound, and whose changes aren't tracked, are all kept */
  uint32_t bound_count;

  /* What the run is to do. */
  /* of the work list; for `walk` the number, from 1, of the item to do, or 0: all tasks */
  uint32_t item_count;
  uint32_t reread_commands; /* command lines are to be read even where they can't have changed */
  uint32_t stop_pid; /* for `walk`: this and higher ids are left to the next run; 0: no such id */
  /* for `walk`: omit the threads of this process, which are too many for a run */
  uint32_t large_pid;
  uint32_t reserved;
  uint32_t uid[KIFS_MAX_UIDS];
  uint64_t comm[KIFS_MAX_COMMS][2]; /* each padded with NULs, as two numbers */
  struct kifs_bound bound[KIFS_MAX_BOUNDS];
  struct kifs_change process_change;
  struct kifs_change thread_change;
  uint64_t calls[8]; /* for `waits`: a bit for each system call that is looked for */
  int64_t futex; /* for `waits`: the number of futex(2) */

  /* What the run has done. All of it is 0 when a run begins. */
  /* the first item that was not done, as there was no space left; for `walk` the process */
  uint32_t next;
  uint32_t processes; /* records in the slot */
  uint32_t threads; /* records in the slot */
  uint32_t commands; /* records in the slot */
  uint32_t limits; /* records in the slot */
  uint32_t text_bytes; /* of TEXT records in the slot */
  uint32_t admitted; /* processes whose user and name pass the filters, whatever their state */
  uint32_t blocked; /* blocked threads in the slot */
};

/* The state of a process when its command line was read. While it is the same, the command line
 * can't have changed.
 */
struct kifs_command_state {
  uint64_t runtime; /* of all threads, ns; UINT64_MAX: a thread was running */
  uint64_t mm; /* address of its mm_struct: an exec makes a new one */
};

/* A thread that `waits` visited. */
struct kifs_seen_thread {
  /* from the highest bit: whether it is in a child of the initial pid namespace (1), pid (31), tid
   * (32)
   */
  uint64_t id;
  uint64_t comm[2];
};

/* A thread that is blocked in a system call. Ids are of the initial pid namespace. */
struct kifs_blocked {
  uint32_t pid;
  uint32_t tid;
  uint32_t compat; /* whether it is a 32-bit call */
  uint32_t words_left_to_proc; /* whether the words must be read through /proc */
  int64_t number; /* of the system call */
  uint64_t argument[6];
  uint64_t stack_pointer;
  uint64_t program_counter;
  uint64_t last_ran_ns; /* boot time; 0: unknown */
  uint64_t switches; /* context switches, voluntary and involuntary */
  uint64_t words_address; /* of the first byte in words */
  uint32_t words_length; /* bytes; 0: none could be read */
  uint32_t uid;
  uint64_t comm[2];
  uint8_t words[KIFS_WORDS]; /* the memory around the futex word */
};

/* What passes that track changes know of a process between two passes. */
struct kifs_tracked {
  uint64_t process_digest; /* of its PROCESS */
  uint64_t process_changed; /* boot time of the pass that found another digest, ns */
  uint64_t threads_digest; /* of its THREADs */
  uint64_t threads_changed;
};

/* CPU time of both kinds, ns. */
struct kifs_cpu_times {
  uint64_t utime;
  uint64_t stime;
};

/* What passes have reported of a thread and, in a main thread, of its process: the largest of each
 * time.
 */
struct kifs_reported {
  struct kifs_cpu_times thread;
  struct kifs_cpu_times process;
};

/* The kernel's task_io_accounting. */
struct kifs_io {
  uint64_t rchar;
  uint64_t wchar;
  uint64_t syscr;
  uint64_t syscw;
  uint64_t read;
  uint64_t write;
  uint64_t cancelled;
};

/* A file table of a thread that was counted. */
struct kifs_file_table {
  uint64_t files; /* address of its files_struct */
  uint64_t process; /* number of the process for which it was counted */
};

/* Figures of all threads of a process, those that have ended included. */
struct kifs_sums {
  uint64_t utime; /* ns, as counted by ticks */
  uint64_t stime; /* ns, as counted by ticks */
  uint64_t runtime; /* ns */
  uint64_t running; /* threads that are on a CPU now */
  uint64_t minor_faults;
  uint64_t major_faults;
  struct kifs_io io;
  uint64_t files; /* address of the files_struct that the process's threads share */
  uint64_t fds; /* of threads that have a file table of their own */
  uint64_t process; /* counts processes; never 0 */
  struct kifs_file_table table[KIFS_FILE_TABLES]; /* by address */
};

/* The memory of one pass. */
struct kifs_slot {
  struct kifs_request request;
  struct kifs_work_item work[KIFS_BATCH]; /* the work list */
  struct kifs_process process[KIFS_BATCH];
  struct kifs_thread thread[KIFS_BATCH_THREADS];
  struct kifs_command command[KIFS_BATCH];
  struct kifs_command_state command_state[KIFS_BATCH]; /* of the command beside it */
  struct kifs_limits limits[KIFS_BATCH];
  uint8_t text[KIFS_BATCH_TEXT]; /* TEXT records */
  struct kifs_seen_thread seen[KIFS_BATCH_THREADS];
  struct kifs_blocked blocked[KIFS_BATCH_BLOCKED];

  /* The programs' own: the process that is being read. */
  struct kifs_sums sums;
  struct kifs_cpu_times times; /* reported of the thread or process: before it is read, then now */
  uint64_t path_names[KIFS_MAX_PATH_NAMES]; /* addresses, the last name first */
  uint64_t path_dentry; /* where the way up to the root has come to */
  uint64_t path_mount;
  uint32_t path_name_count;
  uint32_t path_end; /* index in text */
  uint64_t filled; /* mask of the fields of PROCESS that were filled */
  uint64_t arguments_address;
  struct kifs_command_state command_before; /* when its command line was last read */
  struct kifs_tracked tracked;
  uint64_t threads_digest; /* of those of its threads that were read so far */
  uint64_t threads_before; /* THREADs in the slot before its own */
  uint64_t partial; /* whether a thread ended, so that the sums lack it */
  uint64_t scratch; /* see ptr_to_u64() */
  uint64_t in_child_pid_ns; /* whether it is in a child of the initial pid namespace */
  uint32_t pid;
  uint32_t keep; /* whether it passes the filters on user, name and state */
  uint64_t thread_node; /* for `walk`: the next thread's node in the list of threads */
  uint64_t thread_end; /* for `walk`: the head of that list */
  uint64_t registers_offset; /* for `walk`: in each kernel stack; 0: not asked for */
  uint64_t without_threads; /* whether its threads are omitted */
  uint64_t living; /* address of its first living thread, if the main thread has ended; else 0 */
};

/* One process of a listing. */
struct kifs_listed {
  uint32_t pid; /* in the initial pid namespace */
  uint32_t local_pid; /* in the daemon's pid namespace */
  uint32_t threads;
  uint32_t uid;
  uint64_t css_set; /* equal for processes that are in the same cgroups; nothing more */
};

/* All processes, in the kernel's order. */
struct kifs_list {
  uint32_t count; /* more than KIFS_MAX_LISTED: there was no space for all */
  uint32_t reserved;
  struct kifs_listed listed[KIFS_MAX_LISTED];
  uint64_t scratch; /* the program's own, see ptr_to_u64() */
};

/* What is the same for all passes. */
struct kifs_host {
  /* boot time minus sched_clock of each CPU, ns; INT64_MIN: unknown */
  int64_t clock_offset[KIFS_MAX_CPUS];
  int64_t boottime_offset; /* the daemon's boot time minus that of the first time namespace, ns */
  /* from the address of a percpu variable to its copy on a CPU; 0: unknown */
  uint64_t percpu_offset[KIFS_MAX_CPUS];
  uint32_t cpus; /* possible ones */
  uint32_t pid_ns_level; /* of the daemon's pid namespace; the first one has 0 */
  uint64_t pid_ns; /* address of the daemon's pid namespace */
  uint64_t user_ns; /* address of the daemon's user namespace */
  uint64_t root_mount; /* of the daemon */
  uint64_t root_dentry;
  uint64_t page_shift;
  /* events of each kind for which the ring buffer had no space */
  uint64_t lost_events[KIFS_EVENT_KINDS];
  uint32_t walk_slot; /* the number of the slot that `walk` fills */
  uint32_t iterates_one; /* whether an iterator can be told which task to visit */
};

/* The path of a file, remembered while one block of records is written. */
struct kifs_path {
  uint64_t block; /* 0: none */
  uint64_t dentry;
  uint64_t mount;

  /* They show whether the dentry still has that path. */
  uint64_t parent;
  uint64_t name;
  uint64_t inode;
  uint32_t unlinked;

  /* The path itself. */
  uint32_t anonymous; /* whether it says that the file has no name */
  uint32_t offset; /* of its TEXT in text */
  uint32_t length;
};

/* A file table of a thread whose files were reported. */
struct kifs_seen_table {
  uint64_t files; /* address of its files_struct */
  uint64_t walk;
  uint32_t task; /* the thread */
  uint32_t process;
};

/* A mapping of what may be shared memory. */
struct kifs_mapping {
  uint64_t start;
  uint64_t end;
  uint64_t device; /* as st_dev */
  uint64_t inode;
  uint32_t pid;
  uint32_t ipc_namespace; /* its inode number */
  uint32_t path_offset; /* of its TEXT in text */
  uint32_t path_length; /* 0: none; the memory of the process is locked */
  uint32_t tmpfs; /* whether it is of a regular file of a tmpfs */
  uint32_t reserved;
};

/* Open files or mappings, one block of records at a time, for one reader at a time. */
struct kifs_held {
  uint64_t block; /* counts blocks; never 0 */
  uint32_t only_shm; /* whether to report only files that may be shared memory */
  uint32_t device_count; /* filesystems that hold shared memory */
  uint64_t device[KIFS_MAX_DEVICES]; /* as st_dev */

  /* Results. */
  uint32_t count; /* records */
  uint32_t text_bytes;
  uint32_t text_count;
  uint32_t reserved;
  uint64_t socket_device; /* of all sockets; 0: no socket was found so far */
  struct kifs_fd fd[KIFS_BATCH_HELD];
  struct kifs_mapping mapping[KIFS_BATCH_HELD];
  uint64_t text[KIFS_HELD_TEXT_WORDS]; /* TEXT records */

  /* The programs' own. */
  uint64_t scratch; /* see ptr_to_u64() */
  uint32_t task; /* the thread whose holdings are those of the process pid, or its own */
  uint32_t pid; /* in the daemon's pid namespace; 0: its holdings are no process's */
  /* the first mapping of interrupted that was not reported, as there was no space left */
  uint64_t interrupted_at;
  uint64_t interrupted; /* a thread; 0: none */
  struct kifs_path path[KIFS_HELD_PATHS];
  struct kifs_seen_table table[KIFS_FILE_TABLES]; /* by address */
  uint64_t tid; /* of the thread whose own file table is read, as pid; 0: it is the process's */
  uint64_t walk; /* counts requests; never 0 */
};

/* A level of resident memory. */
struct kifs_level {
  uint32_t pid; /* 0: of any process */
  uint32_t used;
  uint64_t pages;
  uint32_t by_uid; /* whether only processes of one user count */
  uint32_t uid;
  uint32_t by_comm; /* whether only processes of one name count */
  uint32_t reserved;
  uint64_t comm[2]; /* padded with NULs */
};

/* The levels of resident memory that are watched. */
struct kifs_levels {
  uint64_t generation; /* changes whenever a level is added */
  uint32_t end; /* one more than the index of the last used level */
  uint32_t reserved;
  struct kifs_level level[KIFS_MAX_LEVELS];
};

/* An event of a process. */
struct kifs_event {
  uint32_t kind; /* KIFS_FORKED, … */
  int32_t pid; /* of a fork, the new process */
  int32_t parent; /* of a fork, the process that forked */
  int32_t status; /* of an exit, as waitpid(2) gives it */
  uint64_t boottime_ns; /* when it happened */
  uint64_t start_ns; /* boot time at which the process started */
  uint32_t uid;
  uint32_t reserved;
  char comm[KIFS_COMM_BYTES];
};

#endif
