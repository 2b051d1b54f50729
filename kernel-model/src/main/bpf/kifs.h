/* SPDX-License-Identifier: Apache-2.0
 *
 * The records of a kifs bulk. Generated from the definitions in kifs; don't edit.
 *
 * A bulk is a sequence of little-endian records; each size is a multiple of 8 bytes. Step by
 * `size`, and skip unknown tags. A field whose bit is set in `absent` has no value.
 *
 * A counter never falls for one entity (one id with one start_ns) while the daemon runs,
 * except in a record with the flag KIFS_INCOMPLETE. All other figures can fall.
 */
#ifndef KIFS_H
#define KIFS_H

#include <stdint.h>

#define KIFS_MAGIC "KIFSBULK"
#define KIFS_MAJOR 1
#define KIFS_MINOR 0

#define KIFS_REDACTED 1u /* header flag: the client may not see every field */
#define KIFS_INCOMPLETE 2u /* header flag: it vanished, or a read of it would have waited */
#define KIFS_CUT 4u /* header flag: a text is cut, its record says how long the whole one is */
#define KIFS_CHANGED 8u /* header flag of SNAPSHOT: the bulk has only what differs, see CHANGES */

struct kifs_header {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
};

/* An entry of the directory, which follows struct kifs_snapshot. */
struct kifs_entry {
  uint16_t tag;
  uint16_t zero;
  uint32_t size; /* of each record; 0: varies */
  uint64_t count;
  uint64_t offset; /* from the bulk's first byte */
};

enum kifs_source {
  KIFS_SOURCE_PROCFS = 1,
  KIFS_SOURCE_BPF = 2,
  KIFS_SOURCE_CAPTURE = 3,
  KIFS_SOURCE_SIMULATED = 4,
};

enum kifs_wait_kind {
  KIFS_WAIT_KIND_NONE = 0, /* nothing known */
  KIFS_WAIT_KIND_MUTEX = 1,
  KIFS_WAIT_KIND_PI_MUTEX = 2,
  KIFS_WAIT_KIND_JOIN = 3,
  KIFS_WAIT_KIND_FILE_LOCK = 4,
  KIFS_WAIT_KIND_CHILD = 5,
  KIFS_WAIT_KIND_FUTEX = 6, /* another kind of futex, or one whose owner isn't known */
  KIFS_WAIT_KIND_RWLOCK = 7,
};

enum kifs_fd_type {
  KIFS_FD_TYPE_UNKNOWN = 0,
  KIFS_FD_TYPE_REGULAR = 1,
  KIFS_FD_TYPE_DIRECTORY = 2,
  KIFS_FD_TYPE_CHARACTER = 3, /* character device */
  KIFS_FD_TYPE_BLOCK = 4, /* block device */
  KIFS_FD_TYPE_PIPE = 5,
  KIFS_FD_TYPE_FIFO = 6, /* fifo (a pipe with a path) */
  KIFS_FD_TYPE_SOCKET = 7,
  KIFS_FD_TYPE_LINK = 8, /* symbolic link */
  KIFS_FD_TYPE_ANONYMOUS = 9, /* anonymous inode (eventpoll, eventfd, …) */
};

enum kifs_socket_state {
  KIFS_SOCKET_STATE_ESTABLISHED = 1,
  KIFS_SOCKET_STATE_SYN_SENT = 2,
  KIFS_SOCKET_STATE_SYN_RECEIVED = 3,
  KIFS_SOCKET_STATE_FIN_WAIT_1 = 4,
  KIFS_SOCKET_STATE_FIN_WAIT_2 = 5,
  KIFS_SOCKET_STATE_TIME_WAIT = 6,
  KIFS_SOCKET_STATE_CLOSED = 7,
  KIFS_SOCKET_STATE_CLOSE_WAIT = 8,
  KIFS_SOCKET_STATE_LAST_ACK = 9,
  KIFS_SOCKET_STATE_LISTEN = 10,
  KIFS_SOCKET_STATE_CLOSING = 11,
};

enum kifs_shm_kind {
  KIFS_SHM_KIND_POSIX = 1,
  KIFS_SHM_KIND_SYSV = 2, /* System V */
  KIFS_SHM_KIND_MEMFD = 3,
  KIFS_SHM_KIND_ANONYMOUS = 4, /* shared anonymous memory */
  KIFS_SHM_KIND_TMPFS = 5, /* a mapped file of a tmpfs that isn't mounted at /dev/shm */
};

/* SNAPSHOT: first in every bulk: when and where the snapshot was taken, and a directory */
#define KIFS_SNAPSHOT 1
struct kifs_snapshot {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  char magic[8]; /* "KIFSBULK" */
  uint16_t major; /* major format version; readers refuse any other */
  uint16_t minor; /* minor format version; grows with new fields */
  uint16_t source; /* what the bulk was made from: 1 procfs, 2 bpf, 3 capture, 4 simulated */
  uint16_t entries; /* number of entries of the directory */
  uint64_t sequence; /* increases with each snapshot; unique while a daemon runs */
  int64_t realtime_ns; /* ns; wall-clock time when the pass began */
  int64_t boottime_ns; /* ns; time since boot when the pass began */
  uint64_t duration_ns; /* ns; duration of the pass: the maximum skew between two records */
  uint64_t bytes; /* bytes; size of the whole bulk, this record included */
  uint64_t records; /* number of records of the whole bulk, this one included */
  uint32_t page_size_bytes; /* bytes; size of a memory page */
  uint32_t processors; /* number of online CPUs */
  uint8_t boot_id[16]; /* changes at every boot */
  char host[64]; /* host name, NUL-padded */
};

/* TEXT: text of any length, referred to by offset and length */
#define KIFS_TEXT 2
struct kifs_text {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
};

/* CHANGES: one in a changed bulk: the bulk that it is a difference from */
#define KIFS_CHANGES 3
enum {
  KIFS_CHANGES_SINCE_SEQUENCE = 0,
  KIFS_CHANGES_ABSENT = 1,
  KIFS_CHANGES_SINCE_BOOTTIME_NS = 2,
  KIFS_CHANGES_FIELDS = 3 /* number of fields */
};
struct kifs_changes {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  /* sequence of the bulk to which this one is to be applied: the reader's last one */
  uint64_t since_sequence;
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  int64_t since_boottime_ns; /* ns; time since boot when that bulk's pass began */
};

/* GONE: in a changed bulk, one per record to remove before the records that follow are added */
#define KIFS_GONE 4
enum {
  KIFS_GONE_PID = 0,
  KIFS_GONE_TID = 1,
  KIFS_GONE_ABSENT = 2,
  KIFS_GONE_START_NS = 3,
  KIFS_GONE_ID = 4,
  KIFS_GONE_KIND = 5,
  KIFS_GONE_FIELDS = 6 /* number of fields */
};
struct kifs_gone {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* pid of the record; absent if its kind has none */
  int32_t tid; /* tid of the record; absent if it has none */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t start_ns; /* ns; start_ns of the record; absent if its kind has none */
  /* SHM, SHM_USER, CGROUP: the record's id; FD: its fd; CPU: its number; otherwise absent */
  uint64_t id;
  uint64_t kind; /* tag of the record to remove; WAIT: all records of the tag are to be removed */
};

/* SYSTEM: the host */
#define KIFS_SYSTEM 8
enum {
  KIFS_SYSTEM_BOOT_REALTIME_NS = 0,
  KIFS_SYSTEM_ABSENT = 1,
  KIFS_SYSTEM_USER_NS = 2,
  KIFS_SYSTEM_NICE_NS = 3,
  KIFS_SYSTEM_SYSTEM_NS = 4,
  KIFS_SYSTEM_IDLE_NS = 5,
  KIFS_SYSTEM_IOWAIT_NS = 6,
  KIFS_SYSTEM_IRQ_NS = 7,
  KIFS_SYSTEM_SOFTIRQ_NS = 8,
  KIFS_SYSTEM_STEAL_NS = 9,
  KIFS_SYSTEM_GUEST_NS = 10,
  KIFS_SYSTEM_GUEST_NICE_NS = 11,
  KIFS_SYSTEM_LOAD1 = 12,
  KIFS_SYSTEM_LOAD5 = 13,
  KIFS_SYSTEM_LOAD15 = 14,
  KIFS_SYSTEM_MEMORY_TOTAL_BYTES = 15,
  KIFS_SYSTEM_MEMORY_FREE_BYTES = 16,
  KIFS_SYSTEM_MEMORY_AVAILABLE_BYTES = 17,
  KIFS_SYSTEM_MEMORY_BUFFERS_BYTES = 18,
  KIFS_SYSTEM_MEMORY_CACHED_BYTES = 19,
  KIFS_SYSTEM_MEMORY_SHMEM_BYTES = 20,
  KIFS_SYSTEM_SWAP_TOTAL_BYTES = 21,
  KIFS_SYSTEM_SWAP_FREE_BYTES = 22,
  KIFS_SYSTEM_PROCESSES = 23,
  KIFS_SYSTEM_THREADS = 24,
  KIFS_SYSTEM_RUNNABLE = 25,
  KIFS_SYSTEM_BLOCKED = 26,
  KIFS_SYSTEM_FORKS = 27,
  KIFS_SYSTEM_CONTEXT_SWITCHES = 28,
  KIFS_SYSTEM_INTERRUPTS = 29,
  KIFS_SYSTEM_FILES_OPEN = 30,
  KIFS_SYSTEM_FILES_MAX = 31,
  KIFS_SYSTEM_PRESSURE_CPU_SOME_NS = 32,
  KIFS_SYSTEM_PRESSURE_CPU_SOME_AVG10_PERCENT = 33,
  KIFS_SYSTEM_PRESSURE_CPU_SOME_AVG60_PERCENT = 34,
  KIFS_SYSTEM_PRESSURE_CPU_SOME_AVG300_PERCENT = 35,
  KIFS_SYSTEM_PRESSURE_CPU_FULL_NS = 36,
  KIFS_SYSTEM_PRESSURE_CPU_FULL_AVG10_PERCENT = 37,
  KIFS_SYSTEM_PRESSURE_CPU_FULL_AVG60_PERCENT = 38,
  KIFS_SYSTEM_PRESSURE_CPU_FULL_AVG300_PERCENT = 39,
  KIFS_SYSTEM_PRESSURE_MEMORY_SOME_NS = 40,
  KIFS_SYSTEM_PRESSURE_MEMORY_SOME_AVG10_PERCENT = 41,
  KIFS_SYSTEM_PRESSURE_MEMORY_SOME_AVG60_PERCENT = 42,
  KIFS_SYSTEM_PRESSURE_MEMORY_SOME_AVG300_PERCENT = 43,
  KIFS_SYSTEM_PRESSURE_MEMORY_FULL_NS = 44,
  KIFS_SYSTEM_PRESSURE_MEMORY_FULL_AVG10_PERCENT = 45,
  KIFS_SYSTEM_PRESSURE_MEMORY_FULL_AVG60_PERCENT = 46,
  KIFS_SYSTEM_PRESSURE_MEMORY_FULL_AVG300_PERCENT = 47,
  KIFS_SYSTEM_PRESSURE_IO_SOME_NS = 48,
  KIFS_SYSTEM_PRESSURE_IO_SOME_AVG10_PERCENT = 49,
  KIFS_SYSTEM_PRESSURE_IO_SOME_AVG60_PERCENT = 50,
  KIFS_SYSTEM_PRESSURE_IO_SOME_AVG300_PERCENT = 51,
  KIFS_SYSTEM_PRESSURE_IO_FULL_NS = 52,
  KIFS_SYSTEM_PRESSURE_IO_FULL_AVG10_PERCENT = 53,
  KIFS_SYSTEM_PRESSURE_IO_FULL_AVG60_PERCENT = 54,
  KIFS_SYSTEM_PRESSURE_IO_FULL_AVG300_PERCENT = 55,
  KIFS_SYSTEM_OOM_KILLS = 56,
  KIFS_SYSTEM_MEMORY_HUGE_BYTES = 57,
  KIFS_SYSTEM_MEMORY_HUGE_FREE_BYTES = 58,
  KIFS_SYSTEM_FIELDS = 59 /* number of fields */
};
struct kifs_system {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int64_t boot_realtime_ns; /* ns; wall-clock time at which the host booted */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t user_ns; /* counter; ns; CPU time in user space, guests included */
  uint64_t nice_ns; /* counter; ns; CPU time in user space at a low priority */
  uint64_t system_ns; /* counter; ns; CPU time in the kernel */
  uint64_t idle_ns; /* ns; CPU time spent idle */
  uint64_t iowait_ns; /* ns; CPU time spent idle while a task waited for I/O */
  uint64_t irq_ns; /* counter; ns; CPU time for serving interrupts */
  uint64_t softirq_ns; /* counter; ns; CPU time for serving soft interrupts */
  uint64_t steal_ns; /* counter; ns; CPU time that the hypervisor gave to others */
  uint64_t guest_ns; /* counter; ns; CPU time for running a guest; part of user_ns */
  /* counter; ns; CPU time for running a guest at a low priority; part of nice_ns */
  uint64_t guest_nice_ns;
  double load1; /* load average of one minute */
  double load5; /* load average of five minutes */
  double load15; /* load average of fifteen minutes */
  uint64_t memory_total_bytes; /* bytes; usable memory */
  uint64_t memory_free_bytes; /* bytes; unused memory */
  uint64_t memory_available_bytes; /* bytes; memory that programs can get without swapping */
  uint64_t memory_buffers_bytes; /* bytes; memory that caches block devices */
  uint64_t memory_cached_bytes; /* bytes; memory that caches files, shared memory included */
  uint64_t memory_shmem_bytes; /* bytes; shared memory and tmpfs */
  uint64_t swap_total_bytes; /* bytes; total swap space */
  uint64_t swap_free_bytes; /* bytes; unused swap space */
  uint64_t processes; /* number of processes, zombies included */
  uint64_t threads; /* number of threads of all processes */
  uint64_t runnable; /* threads that run or are ready to run */
  uint64_t blocked; /* threads that wait for I/O */
  uint64_t forks; /* counter; processes and threads created since boot */
  uint64_t context_switches; /* counter; context switches since boot */
  uint64_t interrupts; /* counter; interrupts served since boot */
  uint64_t files_open; /* number of open file descriptions */
  uint64_t files_max; /* maximum number of open file descriptions */
  uint64_t pressure_cpu_some_ns; /* counter; ns; time in which some task lacked cpu */
  /* %; share of the last 10 s in which some task lacked cpu */
  double pressure_cpu_some_avg10_percent;
  /* %; share of the last 60 s in which some task lacked cpu */
  double pressure_cpu_some_avg60_percent;
  /* %; share of the last 300 s in which some task lacked cpu */
  double pressure_cpu_some_avg300_percent;
  uint64_t pressure_cpu_full_ns; /* counter; ns; time in which every task lacked cpu */
  /* %; share of the last 10 s in which every task lacked cpu */
  double pressure_cpu_full_avg10_percent;
  /* %; share of the last 60 s in which every task lacked cpu */
  double pressure_cpu_full_avg60_percent;
  /* %; share of the last 300 s in which every task lacked cpu */
  double pressure_cpu_full_avg300_percent;
  uint64_t pressure_memory_some_ns; /* counter; ns; time in which some task lacked memory */
  /* %; share of the last 10 s in which some task lacked memory */
  double pressure_memory_some_avg10_percent;
  /* %; share of the last 60 s in which some task lacked memory */
  double pressure_memory_some_avg60_percent;
  /* %; share of the last 300 s in which some task lacked memory */
  double pressure_memory_some_avg300_percent;
  uint64_t pressure_memory_full_ns; /* counter; ns; time in which every task lacked memory */
  /* %; share of the last 10 s in which every task lacked memory */
  double pressure_memory_full_avg10_percent;
  /* %; share of the last 60 s in which every task lacked memory */
  double pressure_memory_full_avg60_percent;
  /* %; share of the last 300 s in which every task lacked memory */
  double pressure_memory_full_avg300_percent;
  uint64_t pressure_io_some_ns; /* counter; ns; time in which some task lacked io */
  /* %; share of the last 10 s in which some task lacked io */
  double pressure_io_some_avg10_percent;
  /* %; share of the last 60 s in which some task lacked io */
  double pressure_io_some_avg60_percent;
  /* %; share of the last 300 s in which some task lacked io */
  double pressure_io_some_avg300_percent;
  uint64_t pressure_io_full_ns; /* counter; ns; time in which every task lacked io */
  /* %; share of the last 10 s in which every task lacked io */
  double pressure_io_full_avg10_percent;
  /* %; share of the last 60 s in which every task lacked io */
  double pressure_io_full_avg60_percent;
  /* %; share of the last 300 s in which every task lacked io */
  double pressure_io_full_avg300_percent;
  uint64_t oom_kills; /* counter; processes killed for lack of memory since boot */
  /* bytes; memory in the pool of huge pages of the default size, used or not */
  uint64_t memory_huge_bytes;
  uint64_t memory_huge_free_bytes; /* bytes; unused memory in that pool */
};

/* CPU: one per online CPU */
#define KIFS_CPU 9
enum {
  KIFS_CPU_CPU = 0,
  KIFS_CPU_ABSENT = 1,
  KIFS_CPU_USER_NS = 2,
  KIFS_CPU_NICE_NS = 3,
  KIFS_CPU_SYSTEM_NS = 4,
  KIFS_CPU_IDLE_NS = 5,
  KIFS_CPU_IOWAIT_NS = 6,
  KIFS_CPU_IRQ_NS = 7,
  KIFS_CPU_SOFTIRQ_NS = 8,
  KIFS_CPU_STEAL_NS = 9,
  KIFS_CPU_GUEST_NS = 10,
  KIFS_CPU_GUEST_NICE_NS = 11,
  KIFS_CPU_FIELDS = 12 /* number of fields */
};
struct kifs_cpu {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  uint32_t cpu; /* number of the CPU */
  uint8_t reserved12[4];
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t user_ns; /* counter; ns; CPU time in user space, guests included */
  uint64_t nice_ns; /* counter; ns; CPU time in user space at a low priority */
  uint64_t system_ns; /* counter; ns; CPU time in the kernel */
  uint64_t idle_ns; /* ns; CPU time spent idle */
  uint64_t iowait_ns; /* ns; CPU time spent idle while a task waited for I/O */
  uint64_t irq_ns; /* counter; ns; CPU time for serving interrupts */
  uint64_t softirq_ns; /* counter; ns; CPU time for serving soft interrupts */
  uint64_t steal_ns; /* counter; ns; CPU time that the hypervisor gave to others */
  uint64_t guest_ns; /* counter; ns; CPU time for running a guest; part of user_ns */
  /* counter; ns; CPU time for running a guest at a low priority; part of nice_ns */
  uint64_t guest_nice_ns;
};

/* PROCESS: one per process, in pid order */
#define KIFS_PROCESS 16
enum {
  KIFS_PROCESS_PID = 0,
  KIFS_PROCESS_PPID = 1,
  KIFS_PROCESS_ABSENT = 2,
  KIFS_PROCESS_PGID = 3,
  KIFS_PROCESS_SID = 4,
  KIFS_PROCESS_UID = 5,
  KIFS_PROCESS_GID = 6,
  KIFS_PROCESS_EUID = 7,
  KIFS_PROCESS_EGID = 8,
  KIFS_PROCESS_STATE = 9,
  KIFS_PROCESS_POLICY = 10,
  KIFS_PROCESS_OOM_SCORE = 11,
  KIFS_PROCESS_THREADS = 12,
  KIFS_PROCESS_PRIORITY = 13,
  KIFS_PROCESS_NICE = 14,
  KIFS_PROCESS_OOM_SCORE_ADJ = 15,
  KIFS_PROCESS_TASK_FLAGS = 16,
  KIFS_PROCESS_FDS = 17,
  KIFS_PROCESS_FD_LIMIT = 18,
  KIFS_PROCESS_START_NS = 19,
  KIFS_PROCESS_UTIME_NS = 20,
  KIFS_PROCESS_STIME_NS = 21,
  KIFS_PROCESS_CHILDREN_UTIME_NS = 22,
  KIFS_PROCESS_CHILDREN_STIME_NS = 23,
  KIFS_PROCESS_RUNTIME_NS = 24,
  KIFS_PROCESS_RUN_DELAY_NS = 25,
  KIFS_PROCESS_MINOR_FAULTS = 26,
  KIFS_PROCESS_MAJOR_FAULTS = 27,
  KIFS_PROCESS_CHILDREN_MINOR_FAULTS = 28,
  KIFS_PROCESS_CHILDREN_MAJOR_FAULTS = 29,
  KIFS_PROCESS_VOLUNTARY_SWITCHES = 30,
  KIFS_PROCESS_INVOLUNTARY_SWITCHES = 31,
  KIFS_PROCESS_VSIZE_BYTES = 32,
  KIFS_PROCESS_RSS_BYTES = 33,
  KIFS_PROCESS_RSS_ANON_BYTES = 34,
  KIFS_PROCESS_RSS_FILE_BYTES = 35,
  KIFS_PROCESS_RSS_SHMEM_BYTES = 36,
  KIFS_PROCESS_RSS_PEAK_BYTES = 37,
  KIFS_PROCESS_SWAP_BYTES = 38,
  KIFS_PROCESS_RCHAR_BYTES = 39,
  KIFS_PROCESS_WCHAR_BYTES = 40,
  KIFS_PROCESS_SYSCR = 41,
  KIFS_PROCESS_SYSCW = 42,
  KIFS_PROCESS_READ_BYTES = 43,
  KIFS_PROCESS_WRITE_BYTES = 44,
  KIFS_PROCESS_CANCELLED_WRITE_BYTES = 45,
  KIFS_PROCESS_CGROUP_ID = 46,
  KIFS_PROCESS_COMM = 47,
  KIFS_PROCESS_SHM_BYTES = 48,
  KIFS_PROCESS_RSS_HUGE_BYTES = 49,
  KIFS_PROCESS_CAPABILITIES = 50,
  KIFS_PROCESS_VIEWER_UID = 51,
  KIFS_PROCESS_VIEWER_GID = 52,
  KIFS_PROCESS_FIELDS = 53 /* number of fields */
};
struct kifs_process {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id */
  int32_t ppid; /* parent's process id */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  int32_t pgid; /* process group id */
  int32_t sid; /* session id */
  uint32_t uid; /* real user id */
  uint32_t gid; /* real group id */
  uint32_t euid; /* effective user id */
  uint32_t egid; /* effective group id */
  /* the state of the main thread, or of the first living thread if the main thread has ended: a
   * letter as in ps
   */
  uint8_t state;
  uint8_t policy; /* scheduling policy, SCHED_* */
  uint16_t oom_score; /* how likely the OOM killer is to choose this process */
  uint32_t threads; /* number of live threads */
  int32_t priority; /* the kernel's priority, as in stat and top */
  int32_t nice; /* -20 (highest priority) to 19 (lowest priority) */
  int32_t oom_score_adj; /* -1000 (never killed) to 1000 (killed first) */
  uint32_t task_flags; /* PF_* flags of the main thread */
  uint32_t fds; /* number of open file descriptors, of all threads */
  uint32_t fd_limit; /* maximum number of open file descriptors (soft limit) */
  uint64_t start_ns; /* ns; boot time at which the process started */
  uint64_t utime_ns; /* counter; ns; CPU time in user space, dead threads included */
  uint64_t stime_ns; /* counter; ns; CPU time in the kernel, dead threads included */
  /* counter; ns; CPU time in user space of children that the process has waited for */
  uint64_t children_utime_ns;
  /* counter; ns; CPU time in the kernel of children that the process has waited for */
  uint64_t children_stime_ns;
  uint64_t runtime_ns; /* counter; ns; CPU time, exact to the nanosecond, dead threads included */
  /* counter; ns; time that the main thread was ready to run but waited for a CPU */
  uint64_t run_delay_ns;
  uint64_t minor_faults; /* counter; page faults served without I/O, dead threads included */
  uint64_t major_faults; /* counter; page faults that needed I/O, dead threads included */
  /* counter; minor faults of children that the process has waited for */
  uint64_t children_minor_faults;
  /* counter; major faults of children that the process has waited for */
  uint64_t children_major_faults;
  /* counter; times that the main thread gave up its CPU; the sum over THREAD records has all
   * threads
   */
  uint64_t voluntary_switches;
  /* counter; times that the main thread was made to leave its CPU; the sum over THREAD records has
   * all threads
   */
  uint64_t involuntary_switches;
  uint64_t vsize_bytes; /* bytes; virtual memory */
  uint64_t rss_bytes; /* bytes; resident memory */
  uint64_t rss_anon_bytes; /* bytes; resident anonymous memory */
  uint64_t rss_file_bytes; /* bytes; resident memory of mapped files */
  uint64_t rss_shmem_bytes; /* bytes; resident shared memory */
  uint64_t rss_peak_bytes; /* bytes; peak of resident memory */
  uint64_t swap_bytes; /* bytes; anonymous memory that is swapped out */
  uint64_t rchar_bytes; /* counter; bytes; bytes read by read(2) and similar calls */
  uint64_t wchar_bytes; /* counter; bytes; bytes written by write(2) and similar calls */
  uint64_t syscr; /* counter; number of read system calls */
  uint64_t syscw; /* counter; number of write system calls */
  uint64_t read_bytes; /* counter; bytes; bytes read from storage */
  uint64_t write_bytes; /* counter; bytes; bytes sent to storage */
  /* counter; bytes; the part of write_bytes that was truncated before it was written */
  uint64_t cancelled_write_bytes;
  uint64_t cgroup_id; /* cgroup v2 id: the inode number of its directory */
  /* command name, NUL-padded; of a worker of the kernel at most 15 bytes, the attribute comm has
   * all
   */
  char comm[16];
  /* bytes; shared-memory objects that are mapped so that other processes can share them */
  uint64_t shm_bytes;
  /* bytes; memory in huge pages of hugetlbfs, private or shared; rss_bytes doesn't count it */
  uint64_t rss_huge_bytes;
  uint64_t capabilities; /* permitted capabilities: bit n is CAP_* number n */
  /* user id of those who may see the guarded fields without CAP_SYS_PTRACE, if they have the group
   * viewer_gid and all of the process's capabilities; 4294967295: nobody
   */
  uint32_t viewer_uid;
  uint32_t viewer_gid; /* group id that they must have; 4294967295: nobody */
};

/* THREAD: one per thread, in (pid, tid) order */
#define KIFS_THREAD 17
enum {
  KIFS_THREAD_TID = 0,
  KIFS_THREAD_PID = 1,
  KIFS_THREAD_ABSENT = 2,
  KIFS_THREAD_STATE = 3,
  KIFS_THREAD_POLICY = 4,
  KIFS_THREAD_WAIT_KIND = 5,
  KIFS_THREAD_PROCESSOR = 6,
  KIFS_THREAD_PRIORITY = 7,
  KIFS_THREAD_NICE = 8,
  KIFS_THREAD_RT_PRIORITY = 9,
  KIFS_THREAD_WAIT_OWNER_TID = 10,
  KIFS_THREAD_UTIME_NS = 11,
  KIFS_THREAD_STIME_NS = 12,
  KIFS_THREAD_RUNTIME_NS = 13,
  KIFS_THREAD_RUN_DELAY_NS = 14,
  KIFS_THREAD_VOLUNTARY_SWITCHES = 15,
  KIFS_THREAD_INVOLUNTARY_SWITCHES = 16,
  KIFS_THREAD_MINOR_FAULTS = 17,
  KIFS_THREAD_MAJOR_FAULTS = 18,
  KIFS_THREAD_START_NS = 19,
  KIFS_THREAD_LAST_RAN_NS = 20,
  KIFS_THREAD_SYSCALL = 21,
  KIFS_THREAD_SYSCALL_ARG0 = 22,
  KIFS_THREAD_WAIT_OBJECT = 23,
  KIFS_THREAD_RCHAR_BYTES = 24,
  KIFS_THREAD_WCHAR_BYTES = 25,
  KIFS_THREAD_SYSCR = 26,
  KIFS_THREAD_SYSCW = 27,
  KIFS_THREAD_READ_BYTES = 28,
  KIFS_THREAD_WRITE_BYTES = 29,
  KIFS_THREAD_CANCELLED_WRITE_BYTES = 30,
  KIFS_THREAD_WAIT_CHANNEL = 31,
  KIFS_THREAD_COMM = 32,
  KIFS_THREAD_UID = 33,
  KIFS_THREAD_EUID = 34,
  KIFS_THREAD_FIELDS = 35 /* number of fields */
};
struct kifs_thread {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t tid; /* thread id */
  int32_t pid; /* process id of the thread's process */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint8_t state; /* the thread's state: a letter as in ps */
  uint8_t policy; /* scheduling policy, SCHED_* */
  /* what the thread waits for: 0 nothing known, 1 mutex, 2 PI mutex, 3 join, 4 file lock, 5 child,
   * 6 another kind of futex, or one whose owner isn't known, 7 rwlock
   */
  uint16_t wait_kind;
  int32_t processor; /* CPU that the thread last ran on */
  int32_t priority; /* the kernel's priority, as in stat and top */
  int32_t nice; /* -20 (highest priority) to 19 (lowest priority) */
  uint32_t rt_priority; /* 1 to 99 under a real-time policy, else 0 */
  int32_t wait_owner_tid; /* tid of the thread that holds what this thread waits for */
  uint64_t utime_ns; /* counter; ns; CPU time in user space */
  uint64_t stime_ns; /* counter; ns; CPU time in the kernel */
  uint64_t runtime_ns; /* counter; ns; CPU time, exact to the nanosecond */
  /* counter; ns; time that the thread was ready to run but waited for a CPU */
  uint64_t run_delay_ns;
  uint64_t voluntary_switches; /* counter; times that the thread gave up its CPU */
  uint64_t involuntary_switches; /* counter; times that the thread was made to leave its CPU */
  uint64_t minor_faults; /* counter; page faults served without I/O */
  uint64_t major_faults; /* counter; page faults that needed I/O */
  uint64_t start_ns; /* ns; boot time at which the thread started */
  /* ns; boot time at which the thread last ran; a blocked thread is blocked since then */
  uint64_t last_ran_ns;
  /* number of the system call that the thread is blocked in; -1: blocked outside of any */
  int64_t syscall;
  uint64_t syscall_arg0; /* first argument of that system call */
  /* object that the thread waits for: address of the futex word, or fd of the locked file */
  uint64_t wait_object;
  uint64_t rchar_bytes; /* counter; bytes; bytes read by read(2) and similar calls */
  uint64_t wchar_bytes; /* counter; bytes; bytes written by write(2) and similar calls */
  uint64_t syscr; /* counter; number of read system calls */
  uint64_t syscw; /* counter; number of write system calls */
  uint64_t read_bytes; /* counter; bytes; bytes read from storage */
  uint64_t write_bytes; /* counter; bytes; bytes sent to storage */
  /* counter; bytes; the part of write_bytes that was truncated before it was written */
  uint64_t cancelled_write_bytes;
  /* kernel function that the thread sleeps in, NUL-padded; longer names are truncated */
  char wait_channel[32];
  char comm[16]; /* the thread's name, NUL-padded; at most 15 bytes, as in PROCESS */
  /* the thread's real user id, which may differ from its process's: the C library changes that of
   * all threads, the system call only that of the caller
   */
  uint32_t uid;
  uint32_t euid; /* the thread's effective user id */
};

/* COMMAND: one per process: command line and executable */
#define KIFS_COMMAND 18
enum {
  KIFS_COMMAND_PID = 0,
  KIFS_COMMAND_ARGUMENTS = 1,
  KIFS_COMMAND_ABSENT = 2,
  KIFS_COMMAND_COMMAND_LINE_OFFSET = 3,
  KIFS_COMMAND_EXECUTABLE_OFFSET = 4,
  KIFS_COMMAND_COMMAND_LINE_LENGTH = 5,
  KIFS_COMMAND_EXECUTABLE_LENGTH = 6,
  KIFS_COMMAND_COMMAND_LINE_TOTAL = 7,
  KIFS_COMMAND_FIELDS = 8 /* number of fields */
};
struct kifs_command {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id */
  uint32_t arguments; /* number of NUL-terminated strings in the text of the command line */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t command_line_offset; /* offset of the command line from the bulk's first byte */
  uint64_t executable_offset; /* offset of the path of the executable from the bulk's first byte */
  /* bytes of the arguments, each ended by a NUL; none for kernel threads and zombies; at most 128
   * KiB, in the process's own bulk 2 MiB
   */
  uint32_t command_line_length;
  uint32_t executable_length; /* bytes of the path of the executable */
  /* bytes of the whole command line; if that is more than command_line_length, the text is cut and
   * the record is flagged
   */
  uint64_t command_line_total;
};

/* LIMITS: one per process: the rlimits and their usage; 2^64-1 means unlimited */
#define KIFS_LIMITS 19
enum {
  KIFS_LIMITS_PID = 0,
  KIFS_LIMITS_ABSENT = 1,
  KIFS_LIMITS_CPU_SOFT_S = 2,
  KIFS_LIMITS_CPU_HARD_S = 3,
  KIFS_LIMITS_FSIZE_SOFT_BYTES = 4,
  KIFS_LIMITS_FSIZE_HARD_BYTES = 5,
  KIFS_LIMITS_DATA_SOFT_BYTES = 6,
  KIFS_LIMITS_DATA_HARD_BYTES = 7,
  KIFS_LIMITS_STACK_SOFT_BYTES = 8,
  KIFS_LIMITS_STACK_HARD_BYTES = 9,
  KIFS_LIMITS_CORE_SOFT_BYTES = 10,
  KIFS_LIMITS_CORE_HARD_BYTES = 11,
  KIFS_LIMITS_RSS_SOFT_BYTES = 12,
  KIFS_LIMITS_RSS_HARD_BYTES = 13,
  KIFS_LIMITS_NPROC_SOFT = 14,
  KIFS_LIMITS_NPROC_HARD = 15,
  KIFS_LIMITS_NOFILE_SOFT = 16,
  KIFS_LIMITS_NOFILE_HARD = 17,
  KIFS_LIMITS_MEMLOCK_SOFT_BYTES = 18,
  KIFS_LIMITS_MEMLOCK_HARD_BYTES = 19,
  KIFS_LIMITS_AS_SOFT_BYTES = 20,
  KIFS_LIMITS_AS_HARD_BYTES = 21,
  KIFS_LIMITS_LOCKS_SOFT = 22,
  KIFS_LIMITS_LOCKS_HARD = 23,
  KIFS_LIMITS_SIGPENDING_SOFT = 24,
  KIFS_LIMITS_SIGPENDING_HARD = 25,
  KIFS_LIMITS_MSGQUEUE_SOFT_BYTES = 26,
  KIFS_LIMITS_MSGQUEUE_HARD_BYTES = 27,
  KIFS_LIMITS_NICE_SOFT = 28,
  KIFS_LIMITS_NICE_HARD = 29,
  KIFS_LIMITS_RTPRIO_SOFT = 30,
  KIFS_LIMITS_RTPRIO_HARD = 31,
  KIFS_LIMITS_RTTIME_SOFT_US = 32,
  KIFS_LIMITS_RTTIME_HARD_US = 33,
  KIFS_LIMITS_START_NS = 34,
  KIFS_LIMITS_CPU_USED_NS = 35,
  KIFS_LIMITS_DATA_USED_BYTES = 36,
  KIFS_LIMITS_STACK_USED_BYTES = 37,
  KIFS_LIMITS_RSS_USED_BYTES = 38,
  KIFS_LIMITS_NOFILE_USED = 39,
  KIFS_LIMITS_MEMLOCK_USED_BYTES = 40,
  KIFS_LIMITS_AS_USED_BYTES = 41,
  KIFS_LIMITS_SIGPENDING_USED = 42,
  KIFS_LIMITS_NPROC_USED = 43,
  KIFS_LIMITS_FIELDS = 44 /* number of fields */
};
struct kifs_limits {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id */
  uint8_t reserved12[4];
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t cpu_soft_s; /* s; soft limit: CPU time */
  uint64_t cpu_hard_s; /* s; hard limit: CPU time */
  uint64_t fsize_soft_bytes; /* bytes; soft limit: size of a written file */
  uint64_t fsize_hard_bytes; /* bytes; hard limit: size of a written file */
  uint64_t data_soft_bytes; /* bytes; soft limit: data segment */
  uint64_t data_hard_bytes; /* bytes; hard limit: data segment */
  uint64_t stack_soft_bytes; /* bytes; soft limit: main thread's stack */
  uint64_t stack_hard_bytes; /* bytes; hard limit: main thread's stack */
  uint64_t core_soft_bytes; /* bytes; soft limit: core dump */
  uint64_t core_hard_bytes; /* bytes; hard limit: core dump */
  uint64_t rss_soft_bytes; /* bytes; soft limit: resident memory (not enforced) */
  uint64_t rss_hard_bytes; /* bytes; hard limit: resident memory (not enforced) */
  uint64_t nproc_soft; /* soft limit: threads of the user */
  uint64_t nproc_hard; /* hard limit: threads of the user */
  uint64_t nofile_soft; /* soft limit: file descriptors */
  uint64_t nofile_hard; /* hard limit: file descriptors */
  uint64_t memlock_soft_bytes; /* bytes; soft limit: locked memory */
  uint64_t memlock_hard_bytes; /* bytes; hard limit: locked memory */
  uint64_t as_soft_bytes; /* bytes; soft limit: virtual memory */
  uint64_t as_hard_bytes; /* bytes; hard limit: virtual memory */
  uint64_t locks_soft; /* soft limit: file locks (not enforced) */
  uint64_t locks_hard; /* hard limit: file locks (not enforced) */
  uint64_t sigpending_soft; /* soft limit: queued signals of the user */
  uint64_t sigpending_hard; /* hard limit: queued signals of the user */
  uint64_t msgqueue_soft_bytes; /* bytes; soft limit: POSIX message queues */
  uint64_t msgqueue_hard_bytes; /* bytes; hard limit: POSIX message queues */
  uint64_t nice_soft; /* soft limit: 20 - lowest nice value */
  uint64_t nice_hard; /* hard limit: 20 - lowest nice value */
  uint64_t rtprio_soft; /* soft limit: real-time priority */
  uint64_t rtprio_hard; /* hard limit: real-time priority */
  uint64_t rttime_soft_us; /* us; soft limit: real-time run without blocking */
  uint64_t rttime_hard_us; /* us; hard limit: real-time run without blocking */
  uint64_t start_ns; /* ns; boot time at which the process started */
  uint64_t cpu_used_ns; /* ns; in use: CPU time */
  uint64_t data_used_bytes; /* bytes; in use: data segments and heap */
  uint64_t stack_used_bytes; /* bytes; in use: stack of the main thread */
  uint64_t rss_used_bytes; /* bytes; in use: resident memory */
  uint64_t nofile_used; /* in use: file descriptors */
  uint64_t memlock_used_bytes; /* bytes; in use: locked memory */
  uint64_t as_used_bytes; /* bytes; in use: virtual memory */
  uint64_t sigpending_used; /* in use: queued signals of the user */
  uint64_t nproc_used; /* in use: threads of the user */
};

/* TOTAL: sums over processes, threads, shared-memory objects or cgroups */
#define KIFS_TOTAL 20
enum {
  KIFS_TOTAL_ENTITIES = 0,
  KIFS_TOTAL_ABSENT = 1,
  KIFS_TOTAL_THREADS = 2,
  KIFS_TOTAL_FDS = 3,
  KIFS_TOTAL_UTIME_NS = 4,
  KIFS_TOTAL_STIME_NS = 5,
  KIFS_TOTAL_CHILDREN_UTIME_NS = 6,
  KIFS_TOTAL_CHILDREN_STIME_NS = 7,
  KIFS_TOTAL_RUNTIME_NS = 8,
  KIFS_TOTAL_RUN_DELAY_NS = 9,
  KIFS_TOTAL_MINOR_FAULTS = 10,
  KIFS_TOTAL_MAJOR_FAULTS = 11,
  KIFS_TOTAL_CHILDREN_MINOR_FAULTS = 12,
  KIFS_TOTAL_CHILDREN_MAJOR_FAULTS = 13,
  KIFS_TOTAL_VOLUNTARY_SWITCHES = 14,
  KIFS_TOTAL_INVOLUNTARY_SWITCHES = 15,
  KIFS_TOTAL_VSIZE_BYTES = 16,
  KIFS_TOTAL_RSS_BYTES = 17,
  KIFS_TOTAL_RSS_ANON_BYTES = 18,
  KIFS_TOTAL_RSS_FILE_BYTES = 19,
  KIFS_TOTAL_RSS_SHMEM_BYTES = 20,
  KIFS_TOTAL_SWAP_BYTES = 21,
  KIFS_TOTAL_RCHAR_BYTES = 22,
  KIFS_TOTAL_WCHAR_BYTES = 23,
  KIFS_TOTAL_SYSCR = 24,
  KIFS_TOTAL_SYSCW = 25,
  KIFS_TOTAL_READ_BYTES = 26,
  KIFS_TOTAL_WRITE_BYTES = 27,
  KIFS_TOTAL_CANCELLED_WRITE_BYTES = 28,
  KIFS_TOTAL_SHM_BYTES = 29,
  KIFS_TOTAL_SHM_SIZE_BYTES = 30,
  KIFS_TOTAL_SHM_RESIDENT_BYTES = 31,
  KIFS_TOTAL_SHM_USERS = 32,
  KIFS_TOTAL_RSS_HUGE_BYTES = 33,
  KIFS_TOTAL_CGROUP_CPU_USAGE_NS = 34,
  KIFS_TOTAL_CGROUP_MEMORY_BYTES = 35,
  KIFS_TOTAL_CGROUP_SWAP_BYTES = 36,
  KIFS_TOTAL_CGROUP_PIDS = 37,
  KIFS_TOTAL_CGROUP_READ_BYTES = 38,
  KIFS_TOTAL_CGROUP_WRITE_BYTES = 39,
  KIFS_TOTAL_FIELDS = 40 /* number of fields */
};
struct kifs_total {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  uint64_t entities; /* number of processes, threads, objects or cgroups that were summed */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t threads; /* sum: number of live threads */
  uint64_t fds; /* sum: number of open file descriptors, of all threads */
  /* ns; sum: CPU time in user space, of processes dead threads included, of threads the living ones
   * only
   */
  uint64_t utime_ns;
  /* ns; sum: CPU time in the kernel, of processes dead threads included, of threads the living ones
   * only
   */
  uint64_t stime_ns;
  /* ns; sum: CPU time in user space of children that the process has waited for */
  uint64_t children_utime_ns;
  /* ns; sum: CPU time in the kernel of children that the process has waited for */
  uint64_t children_stime_ns;
  /* ns; sum: CPU time, exact to the nanosecond, of processes dead threads included, of threads the
   * living ones only
   */
  uint64_t runtime_ns;
  /* ns; sum: time that the main thread was ready to run but waited for a CPU */
  uint64_t run_delay_ns;
  /* sum: page faults served without I/O, of processes dead threads included, of threads the living
   * ones only
   */
  uint64_t minor_faults;
  /* sum: page faults that needed I/O, of processes dead threads included, of threads the living
   * ones only
   */
  uint64_t major_faults;
  /* sum: minor faults of children that the process has waited for */
  uint64_t children_minor_faults;
  /* sum: major faults of children that the process has waited for */
  uint64_t children_major_faults;
  /* sum: times that the main thread gave up its CPU; the sum over THREAD records has all threads */
  uint64_t voluntary_switches;
  /* sum: times that the main thread was made to leave its CPU; the sum over THREAD records has all
   * threads
   */
  uint64_t involuntary_switches;
  uint64_t vsize_bytes; /* bytes; sum: virtual memory */
  uint64_t rss_bytes; /* bytes; sum: resident memory */
  uint64_t rss_anon_bytes; /* bytes; sum: resident anonymous memory */
  uint64_t rss_file_bytes; /* bytes; sum: resident memory of mapped files */
  uint64_t rss_shmem_bytes; /* bytes; sum: resident shared memory */
  uint64_t swap_bytes; /* bytes; sum: anonymous memory that is swapped out */
  uint64_t rchar_bytes; /* bytes; sum: bytes read by read(2) and similar calls */
  uint64_t wchar_bytes; /* bytes; sum: bytes written by write(2) and similar calls */
  uint64_t syscr; /* sum: number of read system calls */
  uint64_t syscw; /* sum: number of write system calls */
  uint64_t read_bytes; /* bytes; sum: bytes read from storage */
  uint64_t write_bytes; /* bytes; sum: bytes sent to storage */
  /* bytes; sum: the part of write_bytes that was truncated before it was written */
  uint64_t cancelled_write_bytes;
  /* bytes; sum: shared-memory objects that are mapped so that other processes can share them */
  uint64_t shm_bytes;
  uint64_t shm_size_bytes; /* bytes; sum: size of the object, of SHM */
  uint64_t shm_resident_bytes; /* bytes; sum: the part of the size that is in memory, of SHM */
  uint64_t shm_users; /* number of pairs of a shared-memory object and a process that maps it */
  /* bytes; sum: memory in huge pages of hugetlbfs, private or shared; rss_bytes doesn't count it */
  uint64_t rss_huge_bytes;
  uint64_t cgroup_cpu_usage_ns; /* ns; sum: CPU time used, of CGROUP */
  uint64_t cgroup_memory_bytes; /* bytes; sum: memory that is charged to the group, of CGROUP */
  uint64_t cgroup_swap_bytes; /* bytes; sum: memory that is swapped out, of CGROUP */
  uint64_t cgroup_pids; /* sum: number of threads, of CGROUP */
  uint64_t cgroup_read_bytes; /* bytes; sum: bytes read from block devices, of CGROUP */
  uint64_t cgroup_write_bytes; /* bytes; sum: bytes written to block devices, of CGROUP */
};

/* FD: one per open fd, in (pid, tid, fd) order */
#define KIFS_FD 21
enum {
  KIFS_FD_PID = 0,
  KIFS_FD_FD = 1,
  KIFS_FD_ABSENT = 2,
  KIFS_FD_TYPE = 3,
  KIFS_FD_SOCKET_FAMILY = 4,
  KIFS_FD_SOCKET_TYPE = 5,
  KIFS_FD_SOCKET_PROTOCOL = 6,
  KIFS_FD_OPEN_FLAGS = 7,
  KIFS_FD_SOCKET_STATE = 8,
  KIFS_FD_POSITION = 9,
  KIFS_FD_DEVICE = 10,
  KIFS_FD_INODE = 11,
  KIFS_FD_PATH_OFFSET = 12,
  KIFS_FD_SOCKET_NAME_OFFSET = 13,
  KIFS_FD_PATH_LENGTH = 14,
  KIFS_FD_SOCKET_NAME_LENGTH = 15,
  KIFS_FD_PEER_INODE = 16,
  KIFS_FD_LOCAL_ADDRESS = 17,
  KIFS_FD_PEER_ADDRESS = 18,
  KIFS_FD_LOCAL_PORT = 19,
  KIFS_FD_PEER_PORT = 20,
  KIFS_FD_SOCKET_INTERFACE = 21,
  KIFS_FD_MOUNT_ID = 22,
  KIFS_FD_TID = 23,
  KIFS_FD_FIELDS = 24 /* number of fields */
};
struct kifs_fd {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id of the process that has the fd open */
  int32_t fd; /* the file descriptor */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  /* type of file: 0 unknown, 1 regular, 2 directory, 3 character device, 4 block device, 5 pipe, 6
   * fifo (a pipe with a path), 7 socket, 8 symbolic link, 9 anonymous inode (eventpoll, eventfd, …)
   */
  uint16_t type;
  /* AF_*: 1 unix, 2 IPv4, 10 IPv6, 16 netlink, 17 packet, 40 vsock, 44 XDP */
  uint16_t socket_family;
  uint16_t socket_type; /* SOCK_*: 1 stream, 2 datagram, 3 raw, 5 seqpacket */
  /* IPPROTO_*; packet sockets: ETH_P_*; netlink sockets: NETLINK_*; unix sockets: 0 */
  uint16_t socket_protocol;
  uint32_t open_flags; /* O_* of open(2) */
  /* TCP_*; a socket that is not connected is closed: 1 established, 2 syn sent, 3 syn received, 4
   * fin wait 1, 5 fin wait 2, 6 time wait, 7 closed, 8 close wait, 9 last ack, 10 listen, 11
   * closing
   */
  uint32_t socket_state;
  int64_t position; /* file offset */
  uint64_t device; /* the file's device, as st_dev */
  uint64_t inode; /* the file's inode number */
  uint64_t path_offset; /* offset of the path from the bulk's first byte */
  uint64_t socket_name_offset; /* offset of the name from the bulk's first byte */
  /* bytes of the path, or of the kernel's substitute: socket:[inode], pipe:[inode],
   * anon_inode:[eventpoll]
   */
  uint32_t path_length;
  /* bytes of a unix socket's name: a path, or a NUL and an abstract name; absent if the socket has
   * none
   */
  uint32_t socket_name_length;
  uint64_t peer_inode; /* inode of the unix socket that this one is connected to */
  uint8_t local_address[16]; /* local address, in network order; IPv4 uses the first 4 bytes */
  uint8_t peer_address[16]; /* peer's address, in network order; IPv4 uses the first 4 bytes */
  uint32_t local_port; /* local port; netlink sockets: the port id */
  uint32_t peer_port; /* peer's port; netlink sockets: the port id */
  uint32_t socket_interface; /* index of the interface that the socket is bound to, 0: any */
  uint32_t mount_id; /* mount that the file was opened on */
  /* thread that opened the fd in a file table of its own, by unshare(CLONE_FILES); absent if the fd
   * is in the table that the process's threads share
   */
  int64_t tid;
};

/* SHM: one per shared-memory object, in id order */
#define KIFS_SHM 22
enum {
  KIFS_SHM_ID = 0,
  KIFS_SHM_ABSENT = 1,
  KIFS_SHM_DEVICE = 2,
  KIFS_SHM_INODE = 3,
  KIFS_SHM_SIZE_BYTES = 4,
  KIFS_SHM_RESIDENT_BYTES = 5,
  KIFS_SHM_NAME_OFFSET = 6,
  KIFS_SHM_NAME_LENGTH = 7,
  KIFS_SHM_USERS = 8,
  KIFS_SHM_KIND = 9,
  KIFS_SHM_UID = 10,
  KIFS_SHM_SWAPPED_BYTES = 11,
  KIFS_SHM_LISTED = 12,
  KIFS_SHM_OPENERS = 13,
  KIFS_SHM_UNLINKED = 14,
  KIFS_SHM_FIELDS = 15 /* number of fields */
};
struct kifs_shm {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  uint64_t id; /* made of kind, device and inode; constant while the object exists */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t device; /* device of the object's filesystem, as st_dev */
  uint64_t inode; /* inode number; for System V objects the shmid */
  uint64_t size_bytes; /* bytes; size of the object */
  uint64_t resident_bytes; /* bytes; the part of the size that is in memory */
  uint64_t name_offset; /* offset of the name from the bulk's first byte */
  /* bytes of the name: POSIX: the path below /dev/shm; System V: the key in hexadecimal; memfd: the
   * argument of memfd_create(2); tmpfs: the path; 0: anonymous
   */
  uint32_t name_length;
  /* number of processes that map the object; absent if the query filters processes, or if kifs may
   * not read all of them
   */
  uint32_t users;
  /* kind of object: 1 POSIX, 2 System V, 3 memfd, 4 shared anonymous memory, 5 a mapped file of a
   * tmpfs that isn't mounted at /dev/shm
   */
  uint32_t kind;
  uint32_t uid; /* user id of the owner */
  uint64_t swapped_bytes; /* bytes; the part of the size that is swapped out */
  /* 1: the kernel lists the object to every user, in /proc/sysvipc/shm or as a file in /dev/shm; 0:
   * it does not, or that was not looked up
   */
  uint64_t listed;
  /* number of processes that have the object open as a file, mapped or not; fds of tmpfs objects
   * don't count; absent where users is
   */
  uint32_t openers;
  /* 1: the name was removed, by shm_unlink(3), unlink(2) or IPC_RMID, so the object ends with its
   * last user; 0: it was not, or the object never had a name
   */
  uint32_t unlinked;
};

/* SHM_USER: one per shared-memory object and process that maps it or has it open, by (id, pid) */
#define KIFS_SHM_USER 23
enum {
  KIFS_SHM_USER_ID = 0,
  KIFS_SHM_USER_ABSENT = 1,
  KIFS_SHM_USER_MAPPED_BYTES = 2,
  KIFS_SHM_USER_PID = 3,
  KIFS_SHM_USER_MAPPINGS = 4,
  KIFS_SHM_USER_FDS = 5,
  KIFS_SHM_USER_FIELDS = 6 /* number of fields */
};
struct kifs_shm_user {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  uint64_t id; /* id of the object, as in SHM */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  /* bytes; size of all mappings of the object in the process; a part that is mapped twice counts
   * twice; 0: the process only has it open
   */
  uint64_t mapped_bytes;
  int32_t pid; /* process that maps the object or has it open */
  uint32_t mappings; /* number of mappings of the object in the process */
  /* number of fds of the process that are open files of the object; those of tmpfs objects don't
   * count
   */
  uint64_t fds;
};

/* WAIT: one per wait-for edge, in order of the waiter's pid and tid */
#define KIFS_WAIT 24
enum {
  KIFS_WAIT_WAITER_PID = 0,
  KIFS_WAIT_WAITER_TID = 1,
  KIFS_WAIT_ABSENT = 2,
  KIFS_WAIT_KIND = 3,
  KIFS_WAIT_HOW = 4,
  KIFS_WAIT_DEADLOCK = 5,
  KIFS_WAIT_BEHIND = 6,
  KIFS_WAIT_OWNER_PID = 7,
  KIFS_WAIT_OWNER_TID = 8,
  KIFS_WAIT_WAITER_UID = 9,
  KIFS_WAIT_SINCE_NS = 10,
  KIFS_WAIT_OBJECT = 11,
  KIFS_WAIT_OBJECT_DEVICE = 12,
  KIFS_WAIT_OBJECT_INODE = 13,
  KIFS_WAIT_OBJECT_OFFSET_BYTES = 14,
  KIFS_WAIT_MAPPING_OFFSET = 15,
  KIFS_WAIT_MAPPING_LENGTH = 16,
  KIFS_WAIT_SYSCALL = 17,
  KIFS_WAIT_SWITCHES = 18,
  KIFS_WAIT_WAITER_COMM = 19,
  KIFS_WAIT_OWNER_COMM = 20,
  KIFS_WAIT_FIELDS = 21 /* number of fields */
};
struct kifs_wait {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t waiter_pid; /* pid of the waiter, the thread that waits */
  int32_t waiter_tid; /* tid of the waiter */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  /* what the waiter waits for: 0 nothing known, 1 mutex, 2 PI mutex, 3 join, 4 file lock, 5 child,
   * 6 another kind of futex, or one whose owner isn't known, 7 rwlock
   */
  uint16_t kind;
  /* bit 0: the wait has a timeout; bit 1: processes share the object; bit 2: any one of the owners
   * in this waiter's records can end the wait; otherwise all of them must act
   */
  uint16_t how;
  /* number of the deadlock that this edge is part of, 0: none; a number is not used again */
  uint32_t deadlock;
  /* number of a deadlock that the waiter waits for without being a member, 0: none */
  uint32_t behind;
  int32_t owner_pid; /* pid of the owner, which holds what the waiter waits for */
  int32_t owner_tid; /* tid of the owner; absent if only the owner's process is known */
  uint32_t waiter_uid; /* real user id of the waiter */
  uint64_t since_ns; /* ns; boot time at which the waiter last ran; the waiter waits since then */
  /* lock in memory: its address in the waiter; file lock: the fd; child: its pid, 0: any child */
  uint64_t object;
  /* device, as st_dev, of the file that is locked, or from which the object's memory is mapped */
  uint64_t object_device;
  uint64_t object_inode; /* inode number of that file; 0: anonymous memory */
  /* bytes; offset in that file of the lock in memory, or of the first byte that the waiter wants to
   * lock
   */
  uint64_t object_offset_bytes;
  uint64_t mapping_offset; /* offset of the mapping's name from the bulk's first byte */
  /* bytes of the name: the path of the file that is locked or mapped, or the kernel's name of the
   * memory, such as [heap]; 0: anonymous
   */
  uint32_t mapping_length;
  int32_t syscall; /* number of the system call that the waiter is blocked in */
  /* context switches of the waiter so far; if the number is unchanged, the waiter hasn't run */
  uint64_t switches;
  char waiter_comm[16]; /* the waiter's name, NUL-padded */
  char owner_comm[16]; /* the owner's name, NUL-padded */
};

/* CGROUP: one per cgroup, each followed by those below it */
#define KIFS_CGROUP 25
enum {
  KIFS_CGROUP_ID = 0,
  KIFS_CGROUP_ABSENT = 1,
  KIFS_CGROUP_PARENT_ID = 2,
  KIFS_CGROUP_PATH_OFFSET = 3,
  KIFS_CGROUP_PATH_LENGTH = 4,
  KIFS_CGROUP_DEPTH = 5,
  KIFS_CGROUP_VERSIONS = 6,
  KIFS_CGROUP_CONTROLLERS = 7,
  KIFS_CGROUP_KIND = 8,
  KIFS_CGROUP_POPULATED = 9,
  KIFS_CGROUP_FROZEN = 10,
  KIFS_CGROUP_DESCENDANTS = 11,
  KIFS_CGROUP_DYING_DESCENDANTS = 12,
  KIFS_CGROUP_CPU_USAGE_NS = 13,
  KIFS_CGROUP_CPU_USER_NS = 14,
  KIFS_CGROUP_CPU_SYSTEM_NS = 15,
  KIFS_CGROUP_CPU_PERIODS = 16,
  KIFS_CGROUP_CPU_THROTTLED = 17,
  KIFS_CGROUP_CPU_THROTTLED_NS = 18,
  KIFS_CGROUP_CPU_QUOTA_NS = 19,
  KIFS_CGROUP_CPU_PERIOD_NS = 20,
  KIFS_CGROUP_CPU_WEIGHT = 21,
  KIFS_CGROUP_MEMORY_BYTES = 22,
  KIFS_CGROUP_MEMORY_PEAK_BYTES = 23,
  KIFS_CGROUP_MEMORY_LOW_BYTES = 24,
  KIFS_CGROUP_MEMORY_HIGH_BYTES = 25,
  KIFS_CGROUP_MEMORY_LIMIT_BYTES = 26,
  KIFS_CGROUP_MEMORY_LIMIT_EFFECTIVE_BYTES = 27,
  KIFS_CGROUP_SWAP_BYTES = 28,
  KIFS_CGROUP_SWAP_LIMIT_BYTES = 29,
  KIFS_CGROUP_ANON_BYTES = 30,
  KIFS_CGROUP_FILE_BYTES = 31,
  KIFS_CGROUP_SHMEM_BYTES = 32,
  KIFS_CGROUP_MAJOR_FAULTS = 33,
  KIFS_CGROUP_MEMORY_LOW_EVENTS = 34,
  KIFS_CGROUP_MEMORY_HIGH_EVENTS = 35,
  KIFS_CGROUP_MEMORY_MAX_EVENTS = 36,
  KIFS_CGROUP_OOM_EVENTS = 37,
  KIFS_CGROUP_OOM_KILLS = 38,
  KIFS_CGROUP_PIDS = 39,
  KIFS_CGROUP_PIDS_LIMIT = 40,
  KIFS_CGROUP_PIDS_PEAK = 41,
  KIFS_CGROUP_PIDS_REFUSED = 42,
  KIFS_CGROUP_READ_BYTES = 43,
  KIFS_CGROUP_WRITE_BYTES = 44,
  KIFS_CGROUP_READS = 45,
  KIFS_CGROUP_WRITES = 46,
  KIFS_CGROUP_PRESSURE_CPU_SOME_NS = 47,
  KIFS_CGROUP_PRESSURE_CPU_SOME_AVG10_PERCENT = 48,
  KIFS_CGROUP_PRESSURE_CPU_FULL_NS = 49,
  KIFS_CGROUP_PRESSURE_CPU_FULL_AVG10_PERCENT = 50,
  KIFS_CGROUP_PRESSURE_MEMORY_SOME_NS = 51,
  KIFS_CGROUP_PRESSURE_MEMORY_SOME_AVG10_PERCENT = 52,
  KIFS_CGROUP_PRESSURE_MEMORY_FULL_NS = 53,
  KIFS_CGROUP_PRESSURE_MEMORY_FULL_AVG10_PERCENT = 54,
  KIFS_CGROUP_PRESSURE_IO_SOME_NS = 55,
  KIFS_CGROUP_PRESSURE_IO_SOME_AVG10_PERCENT = 56,
  KIFS_CGROUP_PRESSURE_IO_FULL_NS = 57,
  KIFS_CGROUP_PRESSURE_IO_FULL_AVG10_PERCENT = 58,
  KIFS_CGROUP_FIELDS = 59 /* number of fields */
};
struct kifs_cgroup {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  /* the kernel's id of the cgroup, as cgroup_id of PROCESS; bit 63 is set if only v1 has the path:
   * the id is then made of a hierarchy and an inode number. Ids are not used again
   */
  uint64_t id;
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t parent_id; /* id of the cgroup above; 0: this is the root */
  uint64_t path_offset; /* offset of the path from the bulk's first byte */
  /* bytes of the path from the root of the hierarchy, as in /proc/[pid]/cgroup */
  uint32_t path_length;
  uint32_t depth; /* levels below the root; 0: this is the root */
  uint32_t versions; /* bit 0: a hierarchy of cgroup v1 has the path; bit 1: cgroup v2 has it */
  /* controllers that the group can have: bit 0 cpu, bit 1 cpuacct, bit 2 cpuset, bit 3 memory, bit
   * 4 io, bit 5 pids, bit 6 freezer, bit 7 devices, bit 8 hugetlb, bit 9 perf_event, bit 10
   * net_cls, bit 11 net_prio, bit 12 rdma, bit 13 misc
   */
  uint32_t controllers;
  uint32_t kind; /* 0 domain, 1 domain threaded, 2 domain invalid, 3 threaded */
  uint32_t populated; /* 1: the group or one below it has a process; 0: none has */
  uint32_t frozen; /* 1: all processes of the group are frozen; 0: they are not */
  uint32_t descendants; /* number of cgroups below this one, at any level */
  /* number of removed cgroups below this one that still hold memory or other resources */
  uint64_t dying_descendants;
  uint64_t cpu_usage_ns; /* ns; CPU time used */
  uint64_t cpu_user_ns; /* ns; CPU time used in user mode */
  uint64_t cpu_system_ns; /* ns; CPU time used in the kernel */
  /* counter; periods of the CPU limit in which a thread of the group could run */
  uint64_t cpu_periods;
  /* counter; periods in which the group used up its CPU limit and had to wait */
  uint64_t cpu_throttled;
  /* counter; ns; time for which the group had to wait, added up over the CPUs */
  uint64_t cpu_throttled_ns;
  uint64_t cpu_quota_ns; /* ns; CPU time that the group may use in each period */
  uint64_t cpu_period_ns; /* ns; the period of the CPU limit */
  uint64_t cpu_weight; /* share of the CPU among siblings: 1 to 10000, 100 is usual */
  uint64_t memory_bytes; /* bytes; memory that is charged to the group */
  uint64_t memory_peak_bytes; /* bytes; largest memory so far */
  uint64_t memory_low_bytes; /* bytes; memory that is reclaimed last */
  /* bytes; memory above which the group is slowed down and reclaimed from */
  uint64_t memory_high_bytes;
  uint64_t memory_limit_bytes; /* bytes; memory that the group can't exceed */
  /* bytes; the smallest of the memory limits of the group and of those above it, and of the host's
   * memory
   */
  uint64_t memory_limit_effective_bytes;
  uint64_t swap_bytes; /* bytes; memory that is swapped out */
  uint64_t swap_limit_bytes; /* bytes; swap space that the group can't exceed */
  uint64_t anon_bytes; /* bytes; anonymous memory */
  uint64_t file_bytes; /* bytes; memory that caches files, tmpfs included */
  uint64_t shmem_bytes; /* bytes; shared memory and tmpfs, part of file_bytes */
  uint64_t major_faults; /* page faults that needed I/O */
  uint64_t memory_low_events; /* times that memory below memory_low_bytes was reclaimed */
  /* times that a process was slowed down because the group exceeded memory_high_bytes */
  uint64_t memory_high_events;
  uint64_t memory_max_events; /* times that the group was about to exceed its memory limit */
  /* times that an allocation was about to fail for lack of memory below the limit */
  uint64_t oom_events;
  uint64_t oom_kills; /* processes that the OOM killer killed */
  uint64_t pids; /* number of threads */
  uint64_t pids_limit; /* threads that the group can't exceed */
  uint64_t pids_peak; /* largest number of threads so far */
  uint64_t pids_refused; /* forks that failed because of a limit on the number of threads */
  uint64_t read_bytes; /* bytes; bytes read from block devices */
  uint64_t write_bytes; /* bytes; bytes written to block devices */
  uint64_t reads; /* read requests to block devices */
  uint64_t writes; /* write requests to block devices */
  uint64_t pressure_cpu_some_ns; /* counter; ns; time in which some task lacked cpu */
  /* %; share of the last 10 s in which some task lacked cpu */
  double pressure_cpu_some_avg10_percent;
  uint64_t pressure_cpu_full_ns; /* counter; ns; time in which every task lacked cpu */
  /* %; share of the last 10 s in which every task lacked cpu */
  double pressure_cpu_full_avg10_percent;
  uint64_t pressure_memory_some_ns; /* counter; ns; time in which some task lacked memory */
  /* %; share of the last 10 s in which some task lacked memory */
  double pressure_memory_some_avg10_percent;
  uint64_t pressure_memory_full_ns; /* counter; ns; time in which every task lacked memory */
  /* %; share of the last 10 s in which every task lacked memory */
  double pressure_memory_full_avg10_percent;
  uint64_t pressure_io_some_ns; /* counter; ns; time in which some task lacked io */
  /* %; share of the last 10 s in which some task lacked io */
  double pressure_io_some_avg10_percent;
  uint64_t pressure_io_full_ns; /* counter; ns; time in which every task lacked io */
  /* %; share of the last 10 s in which every task lacked io */
  double pressure_io_full_avg10_percent;
};

/* BASELINE: one per process of which there is a history, in pid order: what is usual for it */
#define KIFS_BASELINE 28
enum {
  KIFS_BASELINE_PID = 0,
  KIFS_BASELINE_TID = 1,
  KIFS_BASELINE_ABSENT = 2,
  KIFS_BASELINE_START_NS = 3,
  KIFS_BASELINE_SCORE = 4,
  KIFS_BASELINE_METRIC = 5,
  KIFS_BASELINE_NOW = 6,
  KIFS_BASELINE_USUAL_LOW = 7,
  KIFS_BASELINE_USUAL_HIGH = 8,
  KIFS_BASELINE_SAMPLES = 9,
  KIFS_BASELINE_IO_SCORE = 10,
  KIFS_BASELINE_IO_METRIC = 11,
  KIFS_BASELINE_IO_NOW = 12,
  KIFS_BASELINE_IO_USUAL_LOW = 13,
  KIFS_BASELINE_IO_USUAL_HIGH = 14,
  KIFS_BASELINE_IO_SAMPLES = 15,
  KIFS_BASELINE_FIELDS = 16 /* number of fields */
};
struct kifs_baseline {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id */
  int32_t tid; /* thread id; 0 in BASELINE */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t start_ns; /* ns; boot time at which the process or thread started */
  /* how many spreads the present is from what is usual: the worst of the metrics that everybody may
   * know; from 6 on it is unusual
   */
  double score;
  char metric[24]; /* the name of the metric with that score */
  /* its present value, averaged over the time in which it is unusual; in the metric's unit, which
   * schema/metrics lists
   */
  double now;
  double usual_low; /* the least value that is usual */
  double usual_high; /* the greatest value that is usual */
  /* number of samples that the metric's usual range was learned from, at most about 60,000 */
  uint64_t samples;
  /* how many spreads the present is from what is usual: the worst of the metrics of io; from 6 on
   * it is unusual
   */
  double io_score;
  char io_metric[24]; /* the name of the metric with that score */
  /* its present value, averaged over the time in which it is unusual; in the metric's unit, which
   * schema/metrics lists
   */
  double io_now;
  double io_usual_low; /* the least value that is usual */
  double io_usual_high; /* the greatest value that is usual */
  /* number of samples that the metric's usual range was learned from, at most about 60,000 */
  uint64_t io_samples;
};

/* THREAD_BASELINE: one per thread of which there is a history, in (pid, tid) order: what is usual
 * for it
 */
#define KIFS_THREAD_BASELINE 29
enum {
  KIFS_THREAD_BASELINE_PID = 0,
  KIFS_THREAD_BASELINE_TID = 1,
  KIFS_THREAD_BASELINE_ABSENT = 2,
  KIFS_THREAD_BASELINE_START_NS = 3,
  KIFS_THREAD_BASELINE_SCORE = 4,
  KIFS_THREAD_BASELINE_METRIC = 5,
  KIFS_THREAD_BASELINE_NOW = 6,
  KIFS_THREAD_BASELINE_USUAL_LOW = 7,
  KIFS_THREAD_BASELINE_USUAL_HIGH = 8,
  KIFS_THREAD_BASELINE_SAMPLES = 9,
  KIFS_THREAD_BASELINE_IO_SCORE = 10,
  KIFS_THREAD_BASELINE_IO_METRIC = 11,
  KIFS_THREAD_BASELINE_IO_NOW = 12,
  KIFS_THREAD_BASELINE_IO_USUAL_LOW = 13,
  KIFS_THREAD_BASELINE_IO_USUAL_HIGH = 14,
  KIFS_THREAD_BASELINE_IO_SAMPLES = 15,
  KIFS_THREAD_BASELINE_FIELDS = 16 /* number of fields */
};
struct kifs_thread_baseline {
  uint16_t tag;
  uint16_t flags;
  uint32_t size;
  int32_t pid; /* process id */
  int32_t tid; /* thread id; 0 in BASELINE */
  uint64_t absent; /* bit n set: field number n is absent and holds 0 */
  uint64_t start_ns; /* ns; boot time at which the process or thread started */
  /* how many spreads the present is from what is usual: the worst of the metrics that everybody may
   * know; from 6 on it is unusual
   */
  double score;
  char metric[24]; /* the name of the metric with that score */
  /* its present value, averaged over the time in which it is unusual; in the metric's unit, which
   * schema/metrics lists
   */
  double now;
  double usual_low; /* the least value that is usual */
  double usual_high; /* the greatest value that is usual */
  /* number of samples that the metric's usual range was learned from, at most about 60,000 */
  uint64_t samples;
  /* how many spreads the present is from what is usual: the worst of the metrics of io; from 6 on
   * it is unusual
   */
  double io_score;
  char io_metric[24]; /* the name of the metric with that score */
  /* its present value, averaged over the time in which it is unusual; in the metric's unit, which
   * schema/metrics lists
   */
  double io_now;
  double io_usual_low; /* the least value that is usual */
  double io_usual_high; /* the greatest value that is usual */
  /* number of samples that the metric's usual range was learned from, at most about 60,000 */
  uint64_t io_samples;
};

/* The directory's entry for a tag; 0 if there is none. */
static inline const struct kifs_entry *kifs_find(const struct kifs_snapshot *bulk, uint16_t tag)
{
  const struct kifs_entry *entry = (const struct kifs_entry *)(bulk + 1);
  for (uint16_t i = 0; i < bulk->entries; i++)
    if (entry[i].tag == tag)
      return entry + i;
  return 0;
}

/* The record after this one. */
static inline const void *kifs_next(const void *record)
{
  return (const char *)record + ((const struct kifs_header *)record)->size;
}

/* Whether a field is present: kifs_has(process, KIFS_PROCESS_RSS_BYTES). */
#define kifs_has(record, field) (!(1 & ((record)->absent >> (field))))

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

/* clang-format off */
static inline int kifs_next_changes(struct kifs_cursor *cursor, struct kifs_changes *record)
{
  static const uint16_t ends[] = {
    16, 24, 32,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_CHANGES_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_gone(struct kifs_cursor *cursor, struct kifs_gone *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 32, 40, 48,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_GONE_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_system(struct kifs_cursor *cursor, struct kifs_system *record)
{
  static const uint16_t ends[] = {
    16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136,
    144, 152, 160, 168, 176, 184, 192, 200, 208, 216, 224, 232, 240, 248, 256, 264,
    272, 280, 288, 296, 304, 312, 320, 328, 336, 344, 352, 360, 368, 376, 384, 392,
    400, 408, 416, 424, 432, 440, 448, 456, 464, 472, 480,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_SYSTEM_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_cpu(struct kifs_cursor *cursor, struct kifs_cpu *record)
{
  static const uint16_t ends[] = {
    12, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_CPU_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_process(struct kifs_cursor *cursor, struct kifs_process *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 28, 32, 36, 40, 44, 48, 49, 50, 52, 56, 60, 64, 68,
    72, 76, 80, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184,
    192, 200, 208, 216, 224, 232, 240, 248, 256, 264, 272, 280, 288, 296, 304, 320,
    328, 336, 344, 348, 352,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_PROCESS_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_thread(struct kifs_cursor *cursor, struct kifs_thread *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 25, 26, 28, 32, 36, 40, 44, 48, 56, 64, 72, 80, 88,
    96, 104, 112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200, 208, 240,
    256, 260, 264,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_THREAD_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_command(struct kifs_cursor *cursor, struct kifs_command *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 32, 40, 44, 48, 56,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_COMMAND_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_limits(struct kifs_cursor *cursor, struct kifs_limits *record)
{
  static const uint16_t ends[] = {
    12, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136,
    144, 152, 160, 168, 176, 184, 192, 200, 208, 216, 224, 232, 240, 248, 256, 264,
    272, 280, 288, 296, 304, 312, 320, 328, 336, 344, 352, 360,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_LIMITS_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_total(struct kifs_cursor *cursor, struct kifs_total *record)
{
  static const uint16_t ends[] = {
    16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120, 128, 136,
    144, 152, 160, 168, 176, 184, 192, 200, 208, 216, 224, 232, 240, 248, 256, 264,
    272, 280, 288, 296, 304, 312, 320, 328,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_TOTAL_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_fd(struct kifs_cursor *cursor, struct kifs_fd *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 26, 28, 30, 32, 36, 40, 48, 56, 64, 72, 80, 84, 88,
    96, 112, 128, 132, 136, 140, 144, 152,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_FD_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_shm(struct kifs_cursor *cursor, struct kifs_shm *record)
{
  static const uint16_t ends[] = {
    16, 24, 32, 40, 48, 56, 64, 68, 72, 76, 80, 88, 96, 100, 104,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_SHM_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_shm_user(struct kifs_cursor *cursor, struct kifs_shm_user *record)
{
  static const uint16_t ends[] = {
    16, 24, 32, 36, 40, 48,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_SHM_USER_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_wait(struct kifs_cursor *cursor, struct kifs_wait *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 26, 28, 32, 36, 40, 44, 48, 56, 64, 72, 80, 88, 96,
    100, 104, 112, 128, 144,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_WAIT_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_cgroup(struct kifs_cursor *cursor, struct kifs_cgroup *record)
{
  static const uint16_t ends[] = {
    16, 24, 32, 40, 44, 48, 52, 56, 60, 64, 68, 72, 80, 88, 96, 104,
    112, 120, 128, 136, 144, 152, 160, 168, 176, 184, 192, 200, 208, 216, 224, 232,
    240, 248, 256, 264, 272, 280, 288, 296, 304, 312, 320, 328, 336, 344, 352, 360,
    368, 376, 384, 392, 400, 408, 416, 424, 432, 440, 448,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_CGROUP_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_baseline(struct kifs_cursor *cursor, struct kifs_baseline *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 32, 40, 64, 72, 80, 88, 96, 104, 128, 136, 144, 152, 160,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_BASELINE_FIELDS);
}
/* clang-format on */

/* clang-format off */
static inline int kifs_next_thread_baseline(struct kifs_cursor *cursor, struct kifs_thread_baseline *record)
{
  static const uint16_t ends[] = {
    12, 16, 24, 32, 40, 64, 72, 80, 88, 96, 104, 128, 136, 144, 152, 160,
  };
  return kifs_copy_next(cursor, record, sizeof *record, ends, KIFS_THREAD_BASELINE_FIELDS);
}
/* clang-format on */

/* Recordings. Define KIFS_RECORDINGS before this header is included, and link libzstd.
 *
 *   struct kifs_recording recording;
 *   kifs_recording_begin(&recording, fd);
 *   while (kifs_recording_next(&recording))
 *     ... recording.bulk, recording.gap_ns ...
 *   if (recording.error)
 *     ... it is wrong from byte recording.at on ...
 *   kifs_recording_end(&recording);
 *
 * It reads whole bulks one after another, too. What a file claims is bounded before memory is taken.
 */
#ifdef KIFS_RECORDINGS
#ifdef __cplusplus
extern "C" {
#endif
size_t ZSTD_decompress(void *to, size_t capacity, const void *from, size_t bytes);
unsigned ZSTD_isError(size_t code);
#ifdef __cplusplus
}
#endif

#define KIFS_BLOCK_MAGIC "KIFSBLCK"
#define KIFS_BLOCK_MAX (UINT64_C(1) << 30)

enum kifs_block_kind { KIFS_BLOCK_WHOLE = 1, KIFS_BLOCK_DIFFERENCE = 2, KIFS_BLOCK_GAP = 3 };

struct kifs_block {
  char magic[8];
  uint16_t major;
  uint16_t minor;
  uint16_t kind; /* enum kifs_block_kind */
  uint16_t flags; /* bit 0: the payload is a zstd frame */
  int64_t realtime_ns;
  uint64_t stored_bytes; /* of the payload in the file; padding to 8 bytes follows it */
  uint64_t plain_bytes; /* of the payload when it is decompressed */
  uint64_t value; /* size of the bulk in bytes, or length of the gap in ns */
  uint32_t payload_crc;
  uint32_t gap_cause; /* 1 late, 2 unreadable, 3 restarted */
  uint32_t reserved;
  uint32_t header_crc; /* of the 60 bytes before it */
};

struct kifs_recording {
  struct kifs_bulk bulk; /* the present bulk */
  uint64_t at; /* where the next block begins in the file, bytes */
  uint64_t gap_ns; /* before the present bulk no bulk was taken for so long */
  const char *error; /* null: none */
  char *scratch[2]; /* the payload in the file, and decompressed */
  int fd;
  uint32_t crc_table[256];
};

static inline void kifs_recording_begin(struct kifs_recording *recording, int fd)
{
  memset(recording, 0, sizeof *recording);
  recording->fd = fd;
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xEDB88320) : 0);
    recording->crc_table[i] = crc;
  }
}

static inline void kifs_recording_end(struct kifs_recording *recording)
{
  kifs_free(&recording->bulk);
  free(recording->scratch[0]);
  free(recording->scratch[1]);
}

static inline uint32_t kifs_crc(const struct kifs_recording *recording, const void *bytes,
                                size_t count)
{
  uint32_t crc = ~UINT32_C(0);
  for (size_t i = 0; i < count; i++)
    crc = crc >> 8 ^ recording->crc_table[(crc ^ ((const unsigned char *)bytes)[i]) & 255];
  return ~crc;
}

/* Reads bytes of the file. Returns how many: fewer at its end, or after an error. */
static inline size_t kifs_pread(int fd, void *to, size_t count, uint64_t at)
{
  size_t got = 0;
  while (got < count) {
    ssize_t more = pread(fd, (char *)to + got, count - got, (off_t)(at + got));
    if (more <= 0)
      break;
    got += (size_t)more;
  }
  return got;
}

/* The bulk that a difference makes of the one before: again and again u32 offset and length of bytes
 * to copy of that bulk, u32 length of the bytes that follow, and those bytes. The ranges ascend.
 */
static inline const char *kifs_apply(struct kifs_bulk *bulk, const char *change, size_t bytes,
                                     uint64_t size)
{
  uint64_t at = 0, filled = 0, end = 0;
  uint32_t words[3];
  char *after = (char *)malloc(size ? (size_t)size : 1);
  const char *error = after ? 0 : "no memory";
  while (!error && at < bytes) {
    if (bytes - at < sizeof words) {
      error = "a difference ends within an operation";
      break;
    }
    memcpy(words, change + at, sizeof words);
    at += sizeof words;
    if (words[0] < end || words[0] > bulk->bytes || words[1] > bulk->bytes - words[0] ||
        words[2] > bytes - at || words[1] > size - filled || words[2] > size - filled - words[1]) {
      error = "an operation of a difference runs past an end";
      break;
    }
    memcpy(after + filled, bulk->data + words[0], words[1]);
    memcpy(after + filled + words[1], change + at, words[2]);
    filled += (uint64_t)words[1] + words[2];
    at += words[2];
    end = (uint64_t)words[0] + words[1];
  }
  if (!error && filled != size)
    error = "a difference makes a bulk of another size";
  if (error) {
    free(after);
    return error;
  }
  free(bulk->data);
  bulk->data = after;
  bulk->capacity = size ? (size_t)size : 1;
  bulk->bytes = (size_t)size;
  return 0;
}

/* Makes the bulk of a block whose header is right. */
static inline const char *kifs_recording_block(struct kifs_recording *recording,
                                               const struct kifs_block *block)
{
  uint64_t most = block->flags & 1 ? block->stored_bytes * 64 : block->stored_bytes;
  const uint64_t small = UINT64_C(16) << 20;
  const char *plain;
  if (block->stored_bytes > KIFS_BLOCK_MAX)
    return "a block is too large";
  if (block->flags & 1 && most < small)
    most = small;
  if (block->plain_bytes > most || block->plain_bytes > KIFS_BLOCK_MAX ||
      block->value > KIFS_BLOCK_MAX)
    return "a block claims an impossible size";
  free(recording->scratch[0]);
  free(recording->scratch[1]);
  recording->scratch[0] = recording->scratch[1] = 0;
  /* Memory is taken only for what the file has. */
  off_t size = lseek(recording->fd, 0, SEEK_END);
  if (size < 0 || recording->at + sizeof *block > (uint64_t)size ||
      block->stored_bytes > (uint64_t)size - recording->at - sizeof *block)
    return "the file ends within a block";
  char *stored = recording->scratch[0] = (char *)malloc((size_t)block->stored_bytes + 1);
  if (!stored)
    return "no memory";
  if (kifs_pread(recording->fd, stored, (size_t)block->stored_bytes,
                 recording->at + sizeof *block) < block->stored_bytes)
    return "the file ends within a block";
  if (kifs_crc(recording, stored, (size_t)block->stored_bytes) != block->payload_crc)
    return "wrong checksum of a payload";
  plain = stored;
  if (block->flags & 1) {
    recording->scratch[1] = (char *)malloc((size_t)block->plain_bytes + 1);
    if (!recording->scratch[1])
      return "no memory";
    size_t got = ZSTD_decompress(recording->scratch[1], (size_t)block->plain_bytes, stored,
                                 (size_t)block->stored_bytes);
    if (ZSTD_isError(got) || got != block->plain_bytes)
      return "a payload can't be decompressed";
    plain = recording->scratch[1];
  } else if (block->plain_bytes != block->stored_bytes) {
    return "a payload has another size";
  }
  if (block->kind == KIFS_BLOCK_DIFFERENCE) {
    if (!recording->bulk.bytes)
      return "a difference without a bulk before it";
    if (block->value > recording->bulk.bytes + block->plain_bytes)
      return "a difference can't make such a size";
    return kifs_apply(&recording->bulk, plain, (size_t)block->plain_bytes, block->value);
  }
  if (block->value != block->plain_bytes)
    return "a bulk of another size";
  char *data = (char *)malloc((size_t)block->plain_bytes + 1);
  if (!data)
    return "no memory";
  memcpy(data, plain, (size_t)block->plain_bytes);
  free(recording->bulk.data);
  recording->bulk.data = data;
  recording->bulk.capacity = (size_t)block->plain_bytes + 1;
  recording->bulk.bytes = (size_t)block->plain_bytes;
  return 0;
}

/* Reads a bulk that is in no block. */
static inline const char *kifs_recording_plain(struct kifs_recording *recording)
{
  struct kifs_snapshot snapshot;
  off_t size = lseek(recording->fd, 0, SEEK_END);
  if (kifs_pread(recording->fd, &snapshot, sizeof snapshot, recording->at) < sizeof snapshot ||
      memcmp(snapshot.magic, KIFS_MAGIC, sizeof snapshot.magic))
    return "neither a block nor a bulk";
  if (size < 0 || snapshot.bytes > KIFS_BLOCK_MAX ||
      snapshot.bytes > (uint64_t)size - recording->at)
    return "the file ends within a bulk";
  char *data = (char *)malloc((size_t)snapshot.bytes + 1);
  if (!data)
    return "no memory";
  free(recording->bulk.data);
  recording->bulk.data = data;
  recording->bulk.capacity = (size_t)snapshot.bytes + 1;
  recording->bulk.bytes = kifs_pread(recording->fd, data, (size_t)snapshot.bytes, recording->at);
  recording->at += snapshot.bytes;
  return 0;
}

/* Goes to the next bulk. Returns 1 if there is one; 0 at the end of the file, or after an error. */
static inline int kifs_recording_next(struct kifs_recording *recording)
{
  struct kifs_block block;
  recording->gap_ns = 0;
  for (;;) {
    uint64_t start = recording->at;
    size_t got = kifs_pread(recording->fd, &block, sizeof block, start);
    if (got == 0)
      return 0;
    if (got < sizeof block) {
      recording->error = "the file ends within a header";
      return 0;
    }
    if (memcmp(block.magic, KIFS_BLOCK_MAGIC, sizeof block.magic)) {
      recording->error = kifs_recording_plain(recording);
    } else if (block.major != 1) {
      recording->error = "a recording of another major version";
    } else if (kifs_crc(recording, &block, sizeof block - 4) != block.header_crc) {
      recording->error = "wrong checksum of a header";
    } else if (block.kind == KIFS_BLOCK_GAP) {
      recording->gap_ns += block.value;
      recording->at += sizeof block + ((block.stored_bytes + 7) & ~UINT64_C(7));
      if (block.stored_bytes > KIFS_BLOCK_MAX)
        recording->error = "a block is too large";
      else
        continue;
    } else if (block.kind != KIFS_BLOCK_WHOLE && block.kind != KIFS_BLOCK_DIFFERENCE) {
      recording->error = "an unknown kind of block";
    } else {
      recording->error = kifs_recording_block(recording, &block);
      if (!recording->error)
        recording->at += sizeof block + ((block.stored_bytes + 7) & ~UINT64_C(7));
    }
    size_t bytes = recording->bulk.bytes;
    if (!recording->error)
      recording->error = kifs_check(&recording->bulk);
    if (!recording->error && recording->bulk.bytes != bytes)
      recording->error = "a bulk of another size";
    if (recording->error) {
      recording->at = start;
      return 0;
    }
    return 1;
  }
}
#endif
#endif

#endif
