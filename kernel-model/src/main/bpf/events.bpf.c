/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Events of processes, reported through a ring buffer as they happen. Each program is attached only
 * while a client waits for its events.
 */
#include "kernel.bpf.h"
#include "maps.bpf.h"
#include "memory.bpf.h"
#include "task.bpf.h"

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, KIFS_EVENT_BUFFER);
} kifs_events SEC(".maps");

/* Whether the exit of a process was reported: its last two threads can each take themselves for the
 * last one.
 */
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, uint64_t);
} kifs_ended SEC(".maps");

/* Pointers are followed by a helper here. A pointer that is followed directly takes the verifier a
 * millisecond, in which it searches all types of the kernel.
 */
static __always_inline int local_tgid(struct task_struct *leader)
{
  return pid_nr_in_daemon_ns((uint64_t)BPF_CORE_READ(leader, thread_pid));
}

static __always_inline int report_event(uint32_t kind, struct task_struct *task, int parent,
                                        int status)
{
  struct task_struct *leader = BPF_CORE_READ(task, group_leader);
  int pid = local_tgid(leader);
  struct kifs_event *event;
  if (!pid)
    return 0;
  event = bpf_ringbuf_reserve(&kifs_events, sizeof *event, 0);
  if (!event) {
    uint32_t zero = 0;
    struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
    if (host)
      __sync_fetch_and_add(&host->lost_events[kind], 1);
    return 0;
  }
  event->kind = kind;
  event->pid = pid;
  event->parent = parent;
  event->status = status;
  event->boottime_ns = in_daemon_time(bpf_ktime_get_boot_ns());
  event->start_ns = in_daemon_time(BPF_CORE_READ(leader, start_boottime));
  event->uid = BPF_CORE_READ(leader, real_cred, uid.val);
  event->reserved = 0;
  bpf_probe_read_kernel(event->comm, sizeof event->comm, leader->comm);
  bpf_ringbuf_submit(event, 0);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(kifs_forked, struct task_struct *parent, struct task_struct *child)
{
  /* A new thread is no new process. */
  return child->pid == child->tgid
             ? report_event(KIFS_FORKED, child, local_tgid(BPF_CORE_READ(parent, group_leader)), 0)
             : 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(kifs_execed, struct task_struct *task)
{
  return report_event(KIFS_EXECED, task, 0, 0);
}

/* The tracepoint fires just before the task has its new name. */
SEC("tp_btf/task_rename")
int BPF_PROG(kifs_renamed, struct task_struct *task)
{
  return task->pid == task->tgid ? report_event(KIFS_RENAMED, task, 0, 0) : 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(kifs_exited, struct task_struct *task)
{
  struct task_struct *leader = task->group_leader;
  struct signal_struct *signal = BPF_CORE_READ(task, signal);
  uint64_t *ended;
  if (BPF_CORE_READ(signal, live.counter))
    return 0;
  ended = bpf_task_storage_get(&kifs_ended, (void *)leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (ended && __sync_lock_test_and_set(ended, 1))
    return 0;
  return report_event(KIFS_EXITED, task, 0,
                      BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT
                          ? BPF_CORE_READ(signal, group_exit_code)
                          : leader->exit_code);
}

SEC("tp_btf/mark_victim")
int BPF_PROG(kifs_oom_killed, struct task_struct *task)
{
  return report_event(KIFS_OOM_KILLED, task, 0, 0);
}

/* Resident memory. For each process the program remembers which levels it exceeded, so that
 * crossing a level is reported once, in either direction. The event is only a hint that a sample is
 * due.
 */

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, struct kifs_levels);
} kifs_levels SEC(".maps");

struct exceeded {
  uint64_t levels; /* bit n: level n */
  uint64_t generation;
  uint64_t reported_ns;
};

struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 8192);
  __type(key, uint64_t); /* address of the mm_struct */
  __type(value, struct exceeded);
} kifs_exceeded SEC(".maps");

/* How often each CPU has changed the size of some process. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, uint32_t);
} kifs_resizings SEC(".maps");

enum {
  COMPARED_EVERY = 16, /* changes, so that page faults take hardly longer */
  MIN_PERCPU_BATCH = 32, /* pages of each kind that a CPU counts by itself, at least */
  REPORT_INTERVAL_NS = 1000000, /* for a process whose memory goes up and down at a level */
};

/* The process that changed its size. */
struct resized {
  uint32_t pid;
  uint32_t uid;
  uint64_t comm[2];
};

struct comparison {
  struct resized process;
  uint64_t pages;
  uint64_t exceeded;
};

static __always_inline bool is_about(const struct kifs_level *level, const struct resized *process)
{
  return (!level->pid || level->pid == process->pid) &&
         (!level->by_uid || level->uid == process->uid) &&
         (!level->by_comm ||
          (level->comm[0] == process->comm[0] && level->comm[1] == process->comm[1]));
}

static long compare_level(uint32_t i, struct comparison *with)
{
  uint32_t zero = 0;
  const struct kifs_levels *levels = bpf_map_lookup_elem(&kifs_levels, &zero);
  const struct kifs_level *level;
  if (!levels || i >= KIFS_MAX_LEVELS)
    return 1;
  level = &levels->level[i];
  if (level->used && with->pages > level->pages && is_about(level, &with->process))
    with->exceeded |= 1ULL << i;
  return 0;
}

/* Takes the 16 bytes of the name as two numbers, so that the verifier explores it only once. */
__noinline uint64_t compare_levels(uint32_t pid, uint32_t uid, uint64_t first, uint64_t second,
                                   uint64_t pages)
{
  struct comparison with = {{pid, uid, {first, second}}, pages, 0};
  uint32_t zero = 0;
  const struct kifs_levels *levels = bpf_map_lookup_elem(&kifs_levels, &zero);
  if (levels)
    bpf_loop(levels->end, compare_level, &with, 0);
  return with.exceeded;
}

static __always_inline uint64_t exceeded_levels(const struct resized *process, uint64_t pages)
{
  return compare_levels(process->pid, process->uid, process->comm[0], process->comm[1], pages);
}

/* Resident pages without the parts that the CPUs count by themselves. */
__noinline uint64_t counted_pages(uint64_t mm_address)
{
  struct mm_struct *mm = (void *)mm_address;
  uint64_t size = bpf_core_type_size(struct percpu_counter), at;
  int64_t pages = 0;
  if (!bpf_core_field_exists(mm->rss_stat[0].counters))
    return rss_pages(mm_address, MM_FILEPAGES) + rss_pages(mm_address, MM_ANONPAGES) +
           rss_pages(mm_address, MM_SHMEMPAGES);
  at = (uint64_t)__builtin_preserve_access_index(&mm->rss_stat[0]);
  for (uint32_t kind = 0; kind < 4; kind++) {
    struct percpu_counter *counter = (void *)(at + kind * size);
    int64_t count = 0;
    bpf_probe_read_kernel(&count, sizeof count, __builtin_preserve_access_index(&counter->count));
    pages += kind == MM_SWAPENTS ? 0 : count;
  }
  return pages > 0 ? pages : 0;
}

/* The levels that a process exceeds. The parts that the CPUs count by themselves are added up only
 * if the result depends on them.
 */
static __always_inline uint64_t exceeded_now(const struct resized *process, uint64_t mm_address,
                                             const struct kifs_host *host)
{
  uint64_t cpus = host->cpus, pages = counted_pages(mm_address);
  uint64_t batch = cpus > MIN_PERCPU_BATCH / 2 ? 2 * cpus : MIN_PERCPU_BATCH;
  uint64_t uncounted = 3 * batch * cpus;
  uint64_t least = exceeded_levels(process, pages > uncounted ? pages - uncounted : 0);
  struct rss rss = {};
  if (least == exceeded_levels(process, pages + uncounted) || !all_rss_pages(mm_address, &rss))
    return least;
  return exceeded_levels(process, rss.pages[MM_FILEPAGES] + rss.pages[MM_ANONPAGES] +
                                      rss.pages[MM_SHMEMPAGES]);
}

SEC("tp_btf/rss_stat")
int BPF_PROG(kifs_resized, struct mm_struct *mm)
{
  uint64_t address = 0, now;
  struct resized process = {};
  uint32_t zero = 0, *resizings = bpf_map_lookup_elem(&kifs_resizings, &zero);
  const struct kifs_host *host;
  const struct kifs_levels *levels;
  struct task_struct *task;
  struct exceeded *before, first = {};
  if (!resizings || ++*resizings % COMPARED_EVERY)
    return 0;
  host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  levels = bpf_map_lookup_elem(&kifs_levels, &zero);
  task = (void *)bpf_get_current_task();
  /* The address as a number, see ptr_to_u64(). */
  bpf_probe_read_kernel(&address, sizeof address, ctx);
  /* Another task can change the size as well, when it reclaims pages. */
  if ((uint64_t)BPF_CORE_READ(task, mm) != address) {
    if (!bpf_core_field_exists(mm->owner))
      return 0;
    task = BPF_CORE_READ(mm, owner);
  }
  process.pid = BPF_CORE_READ(task, tgid);
  process.uid = BPF_CORE_READ(task, real_cred, uid.val);
  bpf_probe_read_kernel_str(process.comm, sizeof process.comm,
                            BPF_CORE_READ(task, group_leader)->comm);
  if (!host || !levels || !process.pid || !exceeded_levels(&process, UINT64_MAX))
    return 0;
  first.levels = exceeded_now(&process, address, host);
  first.generation = levels->generation;
  before = bpf_map_lookup_elem(&kifs_exceeded, &address);
  if (before ? before->levels == first.levels && before->generation == first.generation
             : !first.levels)
    return 0;
  now = bpf_ktime_get_boot_ns();
  if (before && now - before->reported_ns < REPORT_INTERVAL_NS)
    return 0;
  first.reported_ns = now;
  bpf_map_update_elem(&kifs_exceeded, &address, &first, BPF_ANY);
  return report_event(KIFS_RESIZED, task, 0, 0);
}
