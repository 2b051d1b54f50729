/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a task to its THREAD and PROCESS records. Whoever calls holds the RCU read lock, and a
 * reference to the task or an iterator that does.
 */
#ifndef KIFS_TASK_H
#define KIFS_TASK_H

#include "kernel.h"
#include "maps.h"
#include "request.h"

#define BIT(field) (1ULL << KIFS_##field)

/* All ones if the field is wanted. */
#define MASK(wanted, field) (-((wanted) >> KIFS_##field & 1))

/* Fills a field if it is wanted, without a branch, and notes that it could be filled. */
#define PUT(record, member, field, value) \
  ((record)->member = (__typeof__((record)->member))((uint64_t)(value)&MASK(wanted, field)), \
   filled |= BIT(field))

#define ALL(type) (((1ULL << KIFS_##type##_FIELDS) - 1) & ~BIT(type##_ABSENT))

/* A member of a structure of the kernel: by a load if the verifier takes the pointer for one to that
 * structure, else by a copy. `typed` is a constant wherever this is used.
 */
#define READ(typed, pointer, member) ((typed) ? (pointer)->member : BPF_CORE_READ(pointer, member))

enum {
  PF_EXITING = 0x4,
  PF_KTHREAD = 0x200000,
  MAX_RT_PRIO = 100,
  DEFAULT_PRIO = 120,
  TASK_REPORT = 0x7f,
  TASK_IDLE = 0x402,
  TASK_RTLOCK_WAIT = 0x1000,
  TASK_FROZEN = 0x8000,
  EXIT_DEAD = 0x10,
  EXIT_ZOMBIE = 0x20,
  PIDTYPE_PGID = 2,
  PIDTYPE_SID = 3,
  MM_FILEPAGES = 0,
  MM_ANONPAGES = 1,
  MM_SWAPENTS = 2,
  MM_SHMEMPAGES = 3,
  OOM_SCORE_ADJ_MIN = -1000,
};

static __always_inline unsigned int task_state(bool typed, struct task_struct *task)
{
  struct task_struct___before_5_14 *old = (void *)task;
  if (bpf_core_field_exists(task->__state))
    return READ(typed, task, __state);
  return READ(typed, old, state);
}

/* As /proc does it. Like the other functions that take nothing but numbers, this one is looked at
 * by the verifier once, whatever its callers know: inlined, its branches would multiply with theirs.
 */
__noinline int state_letter(uint32_t state, uint32_t exit_state)
{
  uint32_t report = (state | exit_state) & TASK_REPORT;
  if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
    return 'D';
  if ((state & TASK_IDLE) == TASK_IDLE)
    return 'I';
  if (report & 0x40)
    return 'P';
  if (report & EXIT_ZOMBIE)
    return 'Z';
  if (report & EXIT_DEAD)
    return 'X';
  if (report & 0x8)
    return 't';
  if (report & 0x4)
    return 'T';
  if (report & 0x2)
    return 'D';
  return report & 0x1 ? 'S' : 'R';
}

static __always_inline bool admits_state(const struct kifs_request *request, uint8_t letter)
{
  return !request->states || request->states >> (letter - 'A' & 63) & 1;
}

static __always_inline unsigned int task_cpu(bool typed, struct task_struct *task)
{
  struct task_struct___before_5_16 *old = (void *)task;
  if (bpf_core_field_exists(task->thread_info.cpu))
    return READ(typed, task, thread_info.cpu);
  return READ(typed, old, cpu);
}

/* The id in the daemon's pid namespace; 0 if it isn't seen there. */
__noinline int visible(uint64_t pid_address)
{
  struct pid *pid = (void *)pid_address;
  struct upid upid = {};
  uint32_t zero = 0, level = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || !pid)
    return 0;
  if (bpf_core_read(&level, sizeof level, &pid->level) || level < host->level)
    return 0;
  bpf_probe_read_kernel(&upid, sizeof upid,
                        (char *)__builtin_preserve_access_index(&pid->numbers[0]) +
                            host->level * bpf_core_type_size(struct upid));
  return !host->level || (uint64_t)upid.ns == host->pid_namespace ? upid.nr : 0;
}

static __always_inline int visible_tgid(volatile uint64_t *scratch, struct task_struct *task)
{
  return visible(as_number(scratch, task->group_leader->thread_pid));
}

/* Time on the processor since the kernel last counted it, which it does every tick. */
__noinline uint64_t uncounted_time(uint32_t cpu, uint64_t exec_start)
{
  uint32_t zero = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  int64_t since;
  if (!host || cpu >= KIFS_PROCESSORS || host->clock_offset[cpu] == INT64_MIN)
    return 0;
  since = bpf_ktime_get_boot_ns() - host->clock_offset[cpu] - exec_start;
  return since > 0 && since < 1000000000 ? since : 0;
}

static __always_inline uint64_t uncounted(bool typed, struct task_struct *task)
{
  return READ(typed, task, on_cpu)
             ? uncounted_time(task_cpu(typed, task), READ(typed, task, se.exec_start))
             : 0;
}

/* The boot time at which a thread last ran; 0: never, or nobody can tell. */
__noinline uint64_t ran_at(uint32_t cpu, uint64_t exec_start, uint64_t uncounted)
{
  uint32_t zero = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  int64_t ran, now = bpf_ktime_get_boot_ns();
  if (!host || !exec_start || cpu >= KIFS_PROCESSORS || host->clock_offset[cpu] == INT64_MIN)
    return 0;
  ran = exec_start + host->clock_offset[cpu] + uncounted;
  return ran < 1 ? 1 : ran > now ? now : ran;
}

/* a * b / c of numbers whose product may not fit into 64 bits. */
__noinline uint64_t multiply_divide(uint64_t a, uint64_t b, uint64_t c)
{
  uint64_t high, low, cross, rest, quotient = 0;
  if (!c)
    return 0;
  if ((a | b) >> 32 == 0)
    return a * b / c;
  cross = (a >> 32) * (uint32_t)b + ((uint32_t)a * (uint64_t)(uint32_t)b >> 32);
  high = (a >> 32) * (b >> 32) + (cross >> 32);
  cross = (uint32_t)cross + (uint32_t)a * (b >> 32);
  high += cross >> 32;
  low = a * b;
  rest = high;
  for (int i = 0; i < 64; i++) {
    uint64_t carry = rest >> 63;
    rest = rest << 1 | low >> 63;
    low <<= 1;
    quotient <<= 1;
    if (carry || rest >= c) {
      rest -= c;
      quotient |= 1;
    }
  }
  return quotient;
}

/* User and system time are counted by ticks. /proc scales them so that they add up to the run
 * time, which is counted to the nanosecond, and lets neither go back behind what it told before.
 * This is the system time; the user time is what is missing to the whole.
 */
__noinline uint64_t scaled_stime(uint64_t utime, uint64_t stime, uint64_t runtime,
                                 uint64_t told_utime, uint64_t told_stime)
{
  if (told_utime + told_stime >= runtime)
    return told_stime;
  if (stime != 0)
    stime = utime == 0 ? runtime : multiply_divide(stime, runtime, stime + utime);
  if (stime > runtime)
    stime = runtime;
  if (stime < told_stime)
    stime = told_stime;
  return runtime - stime < told_utime ? runtime - told_utime : stime;
}

static __always_inline uint64_t whole_time(uint64_t runtime, const struct prev_cputime *told)
{
  uint64_t before = told->utime + told->stime;
  return before > runtime ? before : runtime;
}

/* Loops are functions given to bpf_loop(), which the verifier looks at once; a plain loop it walks
 * round by round.
 */
struct parts {
  uint64_t counters; /* address, to which a processor's offset is added */
  int64_t sum[4];
};

static long add_part(uint32_t cpu, struct parts *parts)
{
  uint32_t zero = 0;
  int32_t part;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || cpu >= KIFS_PROCESSORS)
    return 1;
  if (!bpf_probe_read_kernel(&part, sizeof part,
                             (void *)(parts->counters + host->percpu_offset[cpu])))
    parts->sum[0] += part;
  return 0;
}

/* Of four counters that lie side by side. */
static long add_parts(uint32_t cpu, struct parts *parts)
{
  uint32_t zero = 0;
  int32_t part[4];
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || cpu >= KIFS_PROCESSORS)
    return 1;
  if (bpf_probe_read_kernel(part, sizeof part,
                            (void *)(parts->counters + host->percpu_offset[cpu])))
    return 0;
  for (uint32_t kind = 0; kind < 4; kind++)
    parts->sum[kind] += part[kind];
  return 0;
}

/* Pages; the parts that each processor counts by itself are added up, as they can be large. */
__noinline uint64_t rss_pages(uint64_t mm_address, uint32_t kind)
{
  struct mm_struct *mm = (void *)mm_address;
  struct parts parts = {};
  int64_t sum = 0;
  uint32_t zero = 0;
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || kind > MM_SHMEMPAGES)
    return 0;
  if (!bpf_core_field_exists(mm->rss_stat[0].counters)) {
    struct mm_struct___before_6_2 *old = (void *)mm_address;
    bpf_probe_read_kernel(&sum, sizeof sum,
                          (char *)__builtin_preserve_access_index(&old->rss_stat.count[0]) +
                              kind * sizeof sum);
    return sum > 0 ? sum : 0;
  }
  struct percpu_counter *counter =
      (void *)((char *)__builtin_preserve_access_index(&mm->rss_stat[0]) +
               kind * bpf_core_type_size(struct percpu_counter));
  bpf_probe_read_kernel(&parts.sum[0], sizeof parts.sum[0],
                        __builtin_preserve_access_index(&counter->count));
  bpf_probe_read_kernel(&parts.counters, sizeof parts.counters,
                        __builtin_preserve_access_index(&counter->counters));
  bpf_loop(host->processors, add_part, &parts, 0);
  return parts.sum[0] > 0 ? parts.sum[0] : 0;
}

struct rss {
  int64_t pages[4]; /* by kind, MM_* */
};

/* The four kinds at once: their parts lie side by side in each processor's memory, as they are
 * allocated together, so one read fetches them. False: here they don't.
 */
__noinline int all_rss_pages(uint64_t mm_address, struct rss *rss)
{
  struct mm_struct *mm = (void *)mm_address;
  uint64_t size = bpf_core_type_size(struct percpu_counter), at, last = 0;
  uint32_t zero = 0;
  struct parts parts = {};
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || !rss || !bpf_core_field_exists(mm->rss_stat[0].counters))
    return false;
  at = (uint64_t)__builtin_preserve_access_index(&mm->rss_stat[0]);
  for (uint32_t kind = 0; kind < 4; kind++) {
    struct percpu_counter *counter = (void *)(at + kind * size);
    bpf_probe_read_kernel(&parts.sum[kind], sizeof parts.sum[kind],
                          __builtin_preserve_access_index(&counter->count));
  }
  struct percpu_counter *first = (void *)at, *fourth = (void *)(at + 3 * size);
  bpf_probe_read_kernel(&parts.counters, sizeof parts.counters,
                        __builtin_preserve_access_index(&first->counters));
  bpf_probe_read_kernel(&last, sizeof last, __builtin_preserve_access_index(&fourth->counters));
  if (last != parts.counters + 3 * sizeof(int32_t))
    return false;
  bpf_loop(host->processors, add_parts, &parts, 0);
  for (uint32_t kind = 0; kind < 4; kind++)
    rss->pages[kind] = parts.sum[kind] & ~(parts.sum[kind] >> 63);
  return true;
}

static __always_inline uint32_t ones(uint64_t word)
{
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  word = word + (word >> 4) & 0x0f0f0f0f0f0f0f0f;
  return word * 0x0101010101010101 >> 56;
}

struct open_bits {
  uint64_t bitmap; /* address */
  uint32_t size; /* in bits, a multiple of 64: behind it lie other bitmaps */
  uint32_t count;
};

static long count_bits(uint32_t i, struct open_bits *open)
{
  uint64_t words[4];
  if (bpf_probe_read_kernel(words, sizeof words, (void *)(open->bitmap + i * sizeof words)))
    return 1;
  for (uint32_t k = 0; k < 4; k++)
    open->count += i * 256 + k * 64 < open->size ? ones(words[k]) : 0;
  return 0;
}

/* Open files of a task; UINT32_MAX: a table so large that it's left to /proc. */
__noinline uint32_t open_files(uint64_t files_address)
{
  struct files_struct *files = (void *)files_address;
  struct fdtable *table;
  struct open_bits open = {};
  uint64_t word;
  if (bpf_core_read(&table, sizeof table, &files->fdt) ||
      bpf_core_read(&open.size, sizeof open.size, &table->max_fds) ||
      bpf_core_read(&open.bitmap, sizeof open.bitmap, &table->open_fds))
    return 0;
  if (open.size <= 64)
    return bpf_probe_read_kernel(&word, sizeof word, (void *)open.bitmap) ? 0 : ones(word);
  if (open.size > 65536)
    return UINT32_MAX;
  bpf_loop((open.size + 255) / 256, count_bits, &open, 0);
  return open.count;
}

/* The call a thread is blocked in, by what bpf_task_pt_regs() gives of it; false while it runs, and
 * nobody can tell.
 */
static __always_inline bool blocked_call(bool typed, struct task_struct *task, uint64_t registers,
                                         int64_t *number, uint64_t *first)
{
  int64_t call = -1;
  if (!registers || (!task_state(typed, task) && !READ(typed, task, exit_state)) ||
      READ(typed, task, on_cpu))
    return false;
  /* A zombie has no stack any more: what can't be read is no call, rather than call 0. */
  if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->orig_ax)) {
    if (bpf_core_read(&call, sizeof call, &((struct pt_regs___x86 *)registers)->orig_ax) ||
        bpf_core_read(first, sizeof *first, &((struct pt_regs___x86 *)registers)->di))
      call = -1;
  } else {
    int32_t number_of_call = -1;
    if (!bpf_core_read(&number_of_call, sizeof number_of_call,
                       &((struct pt_regs___arm64 *)registers)->syscallno) &&
        !bpf_core_read(first, sizeof *first, &((struct pt_regs___arm64 *)registers)->orig_x0))
      call = number_of_call;
  }
  *number = (int32_t)call;
  return true;
}

static __always_inline void add_io(struct kifs_sums *sums, struct task_io_accounting *io)
{
  sums->io.rchar += io->rchar;
  sums->io.wchar += io->wchar;
  sums->io.syscr += io->syscr;
  sums->io.syscw += io->syscw;
  sums->io.read += io->read_bytes;
  sums->io.write += io->write_bytes;
  sums->io.cancelled += io->cancelled_write_bytes;
}

/* Of PROCESS, what takes a look at all threads. */
#define SUMMED_IO \
  (BIT(PROCESS_RCHAR_BYTES) | BIT(PROCESS_WCHAR_BYTES) | BIT(PROCESS_SYSCR) | BIT(PROCESS_SYSCW) | \
   BIT(PROCESS_READ_BYTES) | BIT(PROCESS_WRITE_BYTES) | BIT(PROCESS_CANCELLED_WRITE_BYTES))
#define SUMMED \
  (BIT(PROCESS_UTIME_NS) | BIT(PROCESS_STIME_NS) | BIT(PROCESS_RUNTIME_NS) | \
   BIT(PROCESS_MINOR_FAULTS) | BIT(PROCESS_MAJOR_FAULTS) | SUMMED_IO)

#define PROCESS_CREDENTIALS \
  (BIT(PROCESS_UID) | BIT(PROCESS_GID) | BIT(PROCESS_EUID) | BIT(PROCESS_EGID))
#define PROCESS_OF_TASK \
  (BIT(PROCESS_POLICY) | BIT(PROCESS_PRIORITY) | BIT(PROCESS_NICE) | BIT(PROCESS_TASK_FLAGS) | \
   BIT(PROCESS_RUN_DELAY_NS) | BIT(PROCESS_VOLUNTARY_SWITCHES) | \
   BIT(PROCESS_INVOLUNTARY_SWITCHES) | BIT(PROCESS_CGROUP_ID))
#define PROCESS_OF_SIGNAL \
  (BIT(PROCESS_THREADS) | BIT(PROCESS_OOM_SCORE_ADJ) | BIT(PROCESS_FD_LIMIT) | \
   BIT(PROCESS_CHILDREN_UTIME_NS) | BIT(PROCESS_CHILDREN_STIME_NS) | \
   BIT(PROCESS_CHILDREN_MINOR_FAULTS) | BIT(PROCESS_CHILDREN_MAJOR_FAULTS))

/* What threads that have ended left behind. */
static __always_inline void begin_sums(struct kifs_sums *sums, struct signal_struct *signal,
                                       bool with_io)
{
  sums->running = 0;
  sums->utime = signal->utime;
  sums->stime = signal->stime;
  sums->runtime = signal->sum_sched_runtime;
  sums->minor_faults = signal->min_flt;
  sums->major_faults = signal->maj_flt;
  __builtin_memset(&sums->io, 0, sizeof sums->io);
  if (with_io)
    add_io(sums, &signal->ioac);
}

static __always_inline void add_thread(bool typed, struct kifs_sums *sums, struct task_struct *task,
                                       bool with_io)
{
  struct task_io_accounting io;
  sums->running += READ(typed, task, on_cpu) != 0;
  sums->utime += READ(typed, task, utime);
  sums->stime += READ(typed, task, stime);
  sums->runtime += READ(typed, task, se.sum_exec_runtime) + uncounted(typed, task);
  sums->minor_faults += READ(typed, task, min_flt);
  sums->major_faults += READ(typed, task, maj_flt);
  if (!with_io)
    return;
  if (typed)
    add_io(sums, &task->ioac);
  else if (!bpf_core_read(&io, sizeof io, &task->ioac))
    add_io(sums, &io);
}

#define PUT_IO(record, type, io, read_, write_, cancelled_) \
  do { \
    PUT(record, rchar_bytes, type##_RCHAR_BYTES, (io).rchar); \
    PUT(record, wchar_bytes, type##_WCHAR_BYTES, (io).wchar); \
    PUT(record, syscr, type##_SYSCR, (io).syscr); \
    PUT(record, syscw, type##_SYSCW, (io).syscw); \
    PUT(record, read_bytes, type##_READ_BYTES, (io).read_); \
    PUT(record, write_bytes, type##_WRITE_BYTES, (io).write_); \
    PUT(record, cancelled_write_bytes, type##_CANCELLED_WRITE_BYTES, (io).cancelled_); \
  } while (0)

/* What lies together is looked at if any of it is wanted: most is in no cache. */
#define THREAD_SCHEDULED \
  (BIT(THREAD_POLICY) | BIT(THREAD_PROCESSOR) | BIT(THREAD_PRIORITY) | BIT(THREAD_NICE) | \
   BIT(THREAD_RT_PRIORITY))
#define THREAD_COUNTED \
  (BIT(THREAD_VOLUNTARY_SWITCHES) | BIT(THREAD_INVOLUNTARY_SWITCHES) | BIT(THREAD_MINOR_FAULTS) | \
   BIT(THREAD_MAJOR_FAULTS))
#define THREAD_IO \
  (BIT(THREAD_RCHAR_BYTES) | BIT(THREAD_WCHAR_BYTES) | BIT(THREAD_SYSCR) | BIT(THREAD_SYSCW) | \
   BIT(THREAD_READ_BYTES) | BIT(THREAD_WRITE_BYTES) | BIT(THREAD_CANCELLED_WRITE_BYTES))

static __always_inline void fill_thread(bool typed, struct kifs_thread *thread,
                                        struct task_struct *task, uint64_t registers, int pid,
                                        int tid, uint8_t state, uint64_t wanted)
{
  uint64_t filled = 0;
  struct task_io_accounting copied = {};
  const struct task_io_accounting *io = typed ? &task->ioac : &copied;
  uint64_t runtime = READ(typed, task, se.sum_exec_runtime);
  __builtin_memset(thread, 0, sizeof *thread);
  thread->tag = KIFS_THREAD;
  thread->size = sizeof *thread;
  wanted |= BIT(THREAD_TID) | BIT(THREAD_PID);
  PUT(thread, tid, THREAD_TID, tid);
  PUT(thread, pid, THREAD_PID, pid);
  PUT(thread, state, THREAD_STATE, state);
  PUT(thread, start_ns, THREAD_START_NS, READ(typed, task, start_boottime));
  if (wanted & THREAD_SCHEDULED) {
    PUT(thread, policy, THREAD_POLICY, READ(typed, task, policy));
    PUT(thread, processor, THREAD_PROCESSOR, task_cpu(typed, task));
    PUT(thread, priority, THREAD_PRIORITY, READ(typed, task, prio) - MAX_RT_PRIO);
    PUT(thread, nice, THREAD_NICE, READ(typed, task, static_prio) - DEFAULT_PRIO);
    PUT(thread, rt_priority, THREAD_RT_PRIORITY, READ(typed, task, rt_priority));
  }
  if (wanted & (BIT(THREAD_UTIME_NS) | BIT(THREAD_STIME_NS))) {
    struct prev_cputime told = {READ(typed, task, prev_cputime.utime),
                                READ(typed, task, prev_cputime.stime)};
    uint64_t stime = scaled_stime(READ(typed, task, utime), READ(typed, task, stime), runtime,
                                  told.utime, told.stime);
    PUT(thread, utime_ns, THREAD_UTIME_NS, whole_time(runtime, &told) - stime);
    PUT(thread, stime_ns, THREAD_STIME_NS, stime);
  }
  PUT(thread, runtime_ns, THREAD_RUNTIME_NS, runtime + uncounted(typed, task));
  PUT(thread, run_delay_ns, THREAD_RUN_DELAY_NS, READ(typed, task, sched_info.run_delay));
  if (wanted & THREAD_COUNTED) {
    PUT(thread, voluntary_switches, THREAD_VOLUNTARY_SWITCHES, READ(typed, task, nvcsw));
    PUT(thread, involuntary_switches, THREAD_INVOLUNTARY_SWITCHES, READ(typed, task, nivcsw));
    PUT(thread, minor_faults, THREAD_MINOR_FAULTS, READ(typed, task, min_flt));
    PUT(thread, major_faults, THREAD_MAJOR_FAULTS, READ(typed, task, maj_flt));
  }
  if (wanted & BIT(THREAD_LAST_RAN_NS)) {
    uint64_t ran =
        ran_at(task_cpu(typed, task), READ(typed, task, se.exec_start), uncounted(typed, task));
    if (ran)
      PUT(thread, last_ran_ns, THREAD_LAST_RAN_NS, ran);
  }
  if (wanted & (BIT(THREAD_SYSCALL) | BIT(THREAD_SYSCALL_ARG0))) {
    int64_t number = -1;
    uint64_t first = 0;
    if (blocked_call(typed, task, registers, &number, &first)) {
      PUT(thread, syscall, THREAD_SYSCALL, number);
      if (number >= 0)
        PUT(thread, syscall_arg0, THREAD_SYSCALL_ARG0, first);
    }
  }
  if (wanted & THREAD_IO) {
    if (!typed)
      bpf_core_read(&copied, sizeof copied, &task->ioac);
    PUT_IO(thread, THREAD, *io, read_bytes, write_bytes, cancelled_write_bytes);
  }
  if (wanted & BIT(THREAD_COMM)) {
    bpf_probe_read_kernel_str(thread->comm, sizeof thread->comm, task->comm);
    filled |= BIT(THREAD_COMM);
  }
  thread->absent = ALL(THREAD) & ~(filled & wanted);
}

/* As the OOM killer reckons, and /proc rounds it. */
static __always_inline uint16_t oom_score(const struct kifs_request *request, uint64_t pages,
                                          int16_t adjustment, bool killable)
{
  int64_t total = request->total_pages;
  int64_t points;
  if (!killable || total <= 0 || adjustment == OOM_SCORE_ADJ_MIN)
    return 0;
  points =
      (int64_t)pages + (total < 1000 ? 0 : (int64_t)adjustment * (int64_t)((uint64_t)total / 1000));
  /* No signed division here: the sign is put aside. */
  if (points < 0)
    points = -(int64_t)((uint64_t)-points * 1000 / (uint64_t)total);
  else
    points = (uint64_t)points * 1000 / (uint64_t)total;
  points += 1000;
  return points <= 0 ? 0 : (uint64_t)points * 2 / 3;
}

/* Everything but the sums over threads. */
static __always_inline uint64_t fill_process(struct kifs_process *process,
                                             const struct kifs_request *request,
                                             struct task_struct *task, int pid, uint8_t state,
                                             uint64_t page_shift, volatile uint64_t *scratch)
{
  uint64_t wanted = request->process_fields | BIT(PROCESS_PID);
  uint64_t filled = 0;
  struct signal_struct *signal = task->signal;
  struct mm_struct *mm = task->mm;
  __builtin_memset(process, 0, sizeof *process);
  process->tag = KIFS_PROCESS;
  process->size = sizeof *process;
  PUT(process, pid, PROCESS_PID, pid);
  PUT(process, state, PROCESS_STATE, state);
  PUT(process, start_ns, PROCESS_START_NS, task->start_boottime);
  /* What lies together is looked at if any of it is wanted: most is in no cache. */
  if (wanted & (BIT(PROCESS_PPID) | BIT(PROCESS_PGID) | BIT(PROCESS_SID))) {
    /* Of no id none is looked for. */
    uint64_t parent = as_number(scratch, task->real_parent->group_leader->thread_pid);
    uint64_t group = as_number(scratch, signal->pids[PIDTYPE_PGID]);
    uint64_t session = as_number(scratch, signal->pids[PIDTYPE_SID]);
    PUT(process, ppid, PROCESS_PPID, visible(parent & MASK(wanted, PROCESS_PPID)));
    PUT(process, pgid, PROCESS_PGID, visible(group & MASK(wanted, PROCESS_PGID)));
    PUT(process, sid, PROCESS_SID, visible(session & MASK(wanted, PROCESS_SID)));
  }
  if (wanted & PROCESS_CREDENTIALS) {
    const struct cred *cred = task->real_cred;
    PUT(process, uid, PROCESS_UID, cred->uid.val);
    PUT(process, gid, PROCESS_GID, cred->gid.val);
    PUT(process, euid, PROCESS_EUID, cred->euid.val);
    PUT(process, egid, PROCESS_EGID, cred->egid.val);
  }
  if (wanted & PROCESS_OF_TASK) {
    PUT(process, policy, PROCESS_POLICY, task->policy);
    PUT(process, priority, PROCESS_PRIORITY, task->prio - MAX_RT_PRIO);
    PUT(process, nice, PROCESS_NICE, task->static_prio - DEFAULT_PRIO);
    PUT(process, task_flags, PROCESS_TASK_FLAGS, task->flags);
    PUT(process, run_delay_ns, PROCESS_RUN_DELAY_NS, task->sched_info.run_delay);
    PUT(process, voluntary_switches, PROCESS_VOLUNTARY_SWITCHES, task->nvcsw);
    PUT(process, involuntary_switches, PROCESS_INVOLUNTARY_SWITCHES, task->nivcsw);
    PUT(process, cgroup_id, PROCESS_CGROUP_ID, task->cgroups->dfl_cgrp->kn->id);
  }
  if (wanted & PROCESS_OF_SIGNAL) {
    PUT(process, threads, PROCESS_THREADS, signal->nr_threads);
    PUT(process, oom_score_adj, PROCESS_OOM_SCORE_ADJ, signal->oom_score_adj);
    PUT(process, fd_limit, PROCESS_FD_LIMIT, signal->rlim[7].rlim_cur);
    PUT(process, children_utime_ns, PROCESS_CHILDREN_UTIME_NS, signal->cutime);
    PUT(process, children_stime_ns, PROCESS_CHILDREN_STIME_NS, signal->cstime);
    PUT(process, children_minor_faults, PROCESS_CHILDREN_MINOR_FAULTS, signal->cmin_flt);
    PUT(process, children_major_faults, PROCESS_CHILDREN_MAJOR_FAULTS, signal->cmaj_flt);
  }
  if (wanted & BIT(PROCESS_COMM)) {
    bpf_probe_read_kernel_str(process->comm, sizeof process->comm, task->comm);
    filled |= BIT(PROCESS_COMM);
  }
  if (wanted & BIT(PROCESS_FDS)) {
    struct files_struct *files = task->files;
    uint32_t fds = files ? open_files(as_number(scratch, files)) : 0;
    if (task->files != files)
      fds = 0;
    if (fds != UINT32_MAX)
      PUT(process, fds, PROCESS_FDS, fds);
  }
  uint64_t memory = BIT(PROCESS_VSIZE_BYTES) | BIT(PROCESS_RSS_BYTES) |
                    BIT(PROCESS_RSS_ANON_BYTES) | BIT(PROCESS_RSS_FILE_BYTES) |
                    BIT(PROCESS_RSS_SHMEM_BYTES) | BIT(PROCESS_RSS_PEAK_BYTES) |
                    BIT(PROCESS_SWAP_BYTES) | BIT(PROCESS_OOM_SCORE);
  if (wanted & memory) {
    struct rss rss_by_kind = {};
    uint64_t anon = 0, file = 0, shmem = 0, swap = 0, peak = 0, size = 0, tables = 0;
    if (mm && !(task->flags & PF_KTHREAD)) {
      uint64_t address = as_number(scratch, mm);
      if (all_rss_pages(address, &rss_by_kind)) {
        anon = rss_by_kind.pages[MM_ANONPAGES];
        file = rss_by_kind.pages[MM_FILEPAGES];
        shmem = rss_by_kind.pages[MM_SHMEMPAGES];
        swap = rss_by_kind.pages[MM_SWAPENTS];
      } else {
        anon = rss_pages(address, MM_ANONPAGES);
        file = rss_pages(address, MM_FILEPAGES);
        shmem = rss_pages(address, MM_SHMEMPAGES);
        swap = rss_pages(address, MM_SWAPENTS);
      }
      peak = mm->hiwater_rss;
      size = mm->total_vm;
      tables = mm->pgtables_bytes.counter >> page_shift;
      /* It may have been given back meanwhile, as the process ends or execs. */
      if (task->mm != mm) {
        anon = file = shmem = swap = peak = size = tables = 0;
        process->flags |= KIFS_INCOMPLETE;
      }
    }
    uint64_t rss = anon + file + shmem;
    PUT(process, vsize_bytes, PROCESS_VSIZE_BYTES, size << page_shift);
    PUT(process, rss_bytes, PROCESS_RSS_BYTES, rss << page_shift);
    PUT(process, rss_anon_bytes, PROCESS_RSS_ANON_BYTES, anon << page_shift);
    PUT(process, rss_file_bytes, PROCESS_RSS_FILE_BYTES, file << page_shift);
    PUT(process, rss_shmem_bytes, PROCESS_RSS_SHMEM_BYTES, shmem << page_shift);
    PUT(process, rss_peak_bytes, PROCESS_RSS_PEAK_BYTES, (peak > rss ? peak : rss) << page_shift);
    PUT(process, swap_bytes, PROCESS_SWAP_BYTES, swap << page_shift);
    PUT(process, oom_score, PROCESS_OOM_SCORE,
        oom_score(request, rss + swap + tables, signal->oom_score_adj, size && task->tgid != 1));
  }
  return filled;
}

/* The sums over threads, and with them the last of a PROCESS. */
static __always_inline void finish_process(struct kifs_process *process,
                                           const struct kifs_request *request,
                                           struct signal_struct *signal,
                                           const struct kifs_sums *sums, uint64_t filled)
{
  uint64_t wanted = request->process_fields | BIT(PROCESS_PID);
  uint64_t stime = scaled_stime(sums->utime, sums->stime, sums->runtime, signal->prev_cputime.utime,
                                signal->prev_cputime.stime);
  PUT(process, utime_ns, PROCESS_UTIME_NS,
      whole_time(sums->runtime, &signal->prev_cputime) - stime);
  PUT(process, stime_ns, PROCESS_STIME_NS, stime);
  PUT(process, runtime_ns, PROCESS_RUNTIME_NS, sums->runtime);
  PUT(process, minor_faults, PROCESS_MINOR_FAULTS, sums->minor_faults);
  PUT(process, major_faults, PROCESS_MAJOR_FAULTS, sums->major_faults);
  PUT_IO(process, PROCESS, sums->io, read, write, cancelled);
  process->absent = ALL(PROCESS) & ~(filled & wanted);
}

/* What the process's user has of something that is limited, by its place among what is counted. */
static __always_inline uint64_t user_has(struct ucounts *ucounts, uint64_t which)
{
  int64_t counted = 0;
  bpf_probe_read_kernel(&counted, sizeof counted,
                        (char *)__builtin_preserve_access_index(&ucounts->rlimit[0]) +
                            which * sizeof counted);
  return counted;
}

static __always_inline uint64_t pending_signals(const struct cred *cred)
{
  return bpf_core_field_exists(cred->ucounts)
             ? user_has(cred->ucounts,
                        bpf_core_enum_value(enum rlimit_type, UCOUNT_RLIMIT_SIGPENDING))
             : ((struct cred___before_5_14 *)cred)->user->sigpending.counter;
}

static __always_inline uint64_t threads_of_user(const struct cred *cred)
{
  return bpf_core_field_exists(cred->ucounts)
             ? user_has(cred->ucounts, bpf_core_enum_value(enum rlimit_type, UCOUNT_RLIMIT_NPROC))
             : ((struct cred___before_5_14 *)cred)->user->processes.counter;
}

/* The kernel's array of limits is the record's, soft and hard in turns. */
static __always_inline void fill_limits(struct kifs_limits *limits, struct task_struct *task,
                                        int pid, uint64_t runtime, uint64_t wanted,
                                        uint64_t page_shift, volatile uint64_t *scratch)
{
  uint64_t filled = BIT(LIMITS_PID), anon = 0, file = 0, shmem = 0;
  uint64_t size = 0, locked = 0, data = 0, stack = 0;
  uint64_t *values = &limits->cpu_soft_s;
  struct mm_struct *mm = task->mm;
  __builtin_memset(limits, 0, sizeof *limits);
  limits->tag = KIFS_LIMITS;
  limits->size = sizeof *limits;
  limits->pid = pid;
  wanted |= BIT(LIMITS_PID);
  bpf_probe_read_kernel(values, KIFS_RLIMITS * sizeof(struct rlimit), task->signal->rlim);
  for (uint32_t i = 0; i < 2 * KIFS_RLIMITS; i++) {
    values[i] &= -(wanted >> (KIFS_LIMITS_CPU_SOFT_S + i) & 1);
    filled |= 1ULL << (KIFS_LIMITS_CPU_SOFT_S + i);
  }
  if (mm && !(task->flags & PF_KTHREAD)) {
    uint64_t address = as_number(scratch, mm);
    if (wanted & BIT(LIMITS_RSS_USED_BYTES)) {
      anon = rss_pages(address, MM_ANONPAGES);
      file = rss_pages(address, MM_FILEPAGES);
      shmem = rss_pages(address, MM_SHMEMPAGES);
    }
    size = mm->total_vm;
    locked = mm->locked_vm;
    data = mm->data_vm;
    stack = mm->stack_vm;
    if (task->mm != mm)
      anon = file = shmem = size = locked = data = stack = 0;
  }
  PUT(limits, start_ns, LIMITS_START_NS, task->start_boottime);
  PUT(limits, cpu_used_ns, LIMITS_CPU_USED_NS, runtime);
  PUT(limits, data_used_bytes, LIMITS_DATA_USED_BYTES, data << page_shift);
  PUT(limits, stack_used_bytes, LIMITS_STACK_USED_BYTES, stack << page_shift);
  PUT(limits, rss_used_bytes, LIMITS_RSS_USED_BYTES, (anon + file + shmem) << page_shift);
  PUT(limits, memlock_used_bytes, LIMITS_MEMLOCK_USED_BYTES, locked << page_shift);
  PUT(limits, as_used_bytes, LIMITS_AS_USED_BYTES, size << page_shift);
  PUT(limits, sigpending_used, LIMITS_SIGPENDING_USED, pending_signals(task->real_cred));
  PUT(limits, nproc_used, LIMITS_NPROC_USED, threads_of_user(task->real_cred));
  if (wanted & BIT(LIMITS_NOFILE_USED)) {
    struct files_struct *files = task->files;
    uint32_t fds = files ? open_files(as_number(scratch, files)) : 0;
    if (fds != UINT32_MAX)
      PUT(limits, nofile_used, LIMITS_NOFILE_USED, task->files == files ? fds : 0);
  }
  limits->absent = ALL(LIMITS) & ~(filled & wanted);
}

#endif
