/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What happens to processes, told as it happens, through a ring buffer. Each program is attached
 * only while somebody waits for what it tells.
 */
#ifndef KIFS_EVENTS_H
#define KIFS_EVENTS_H

#include "kernel.h"
#include "maps.h"
#include "task.h"

enum { SIGNAL_GROUP_EXIT = 4 };

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, KIFS_EVENT_BYTES);
} kifs_events SEC(".maps");

/* Whether the end of a process was told: its last two threads may each take itself for the last. */
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, uint64_t);
} kifs_ended SEC(".maps");

/* Pointers are followed by helper here: followed directly, each takes the verifier a millisecond,
 * in which it looks through all types of the kernel.
 */
static __always_inline int seen_pid(struct task_struct *leader)
{
  return visible((uint64_t)BPF_CORE_READ(leader, thread_pid));
}

static __always_inline int tell(uint32_t kind, struct task_struct *task, int parent, int status)
{
  struct task_struct *leader = BPF_CORE_READ(task, group_leader);
  int pid = seen_pid(leader);
  struct kifs_event *event;
  if (!pid)
    return 0;
  event = bpf_ringbuf_reserve(&kifs_events, sizeof *event, 0);
  if (!event) {
    uint32_t zero = 0;
    struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
    if (host)
      __sync_fetch_and_add(&host->lost_events, 1);
    return 0;
  }
  event->kind = kind;
  event->pid = pid;
  event->parent = parent;
  event->status = status;
  event->boottime_ns = bpf_ktime_get_boot_ns();
  event->start_ns = BPF_CORE_READ(leader, start_boottime);
  event->uid = BPF_CORE_READ(leader, real_cred, uid.val);
  event->reserved = 0;
  bpf_probe_read_kernel(event->comm, sizeof event->comm, leader->comm);
  bpf_ringbuf_submit(event, 0);
  return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(forked, struct task_struct *parent, struct task_struct *child)
{
  /* A thread is no process. */
  return child->pid == child->tgid ? tell(KIFS_FORKED, child, seen_pid(BPF_CORE_READ(parent, group_leader)), 0) : 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(execed, struct task_struct *task)
{
  return tell(KIFS_EXECED, task, 0, 0);
}

/* Told just before it has its new name. */
SEC("tp_btf/task_rename")
int BPF_PROG(renamed, struct task_struct *task)
{
  return task->pid == task->tgid ? tell(KIFS_RENAMED, task, 0, 0) : 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(exited, struct task_struct *task)
{
  struct task_struct *leader = task->group_leader;
  struct signal_struct *signal = BPF_CORE_READ(task, signal);
  uint64_t *ended;
  if (BPF_CORE_READ(signal, live.counter))
    return 0;
  ended = bpf_task_storage_get(&kifs_ended, (void *)leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (ended && __sync_lock_test_and_set(ended, 1))
    return 0;
  return tell(KIFS_EXITED, task, 0,
              BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT ? BPF_CORE_READ(signal, group_exit_code)
                                                               : leader->exit_code);
}

SEC("tp_btf/mark_victim")
int BPF_PROG(oom_killed, struct task_struct *task)
{
  return tell(KIFS_OOM_KILLED, task, 0, 0);
}

#endif
