/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Reads figures from a task. Every caller holds the RCU read lock, and either a reference to the
 * task or an iterator that holds one.
 */
#ifndef KIFS_TASK_BPF_H
#define KIFS_TASK_BPF_H

#include "kernel.bpf.h"
#include "maps.bpf.h"
#include "request.h"

/* Reads a member of a structure of the kernel: by a load if the verifier knows that the pointer
 * points to that structure, else by a copy. `typed` is a constant wherever this is used.
 */
#define READ(typed, pointer, member) ((typed) ? (pointer)->member : BPF_CORE_READ(pointer, member))

static __always_inline unsigned int task_state(bool typed, struct task_struct *task)
{
  struct task_struct___before_5_14 *old = (void *)task;
  if (bpf_core_field_exists(task->__state))
    return READ(typed, task, __state);
  return READ(typed, old, state);
}

/* The letter that /proc/[pid]/stat shows. As a function that takes nothing but numbers it is
 * verified once. If it were inlined, the verifier would explore its branches for each state of its
 * callers.
 */
__noinline int state_letter(uint32_t state, uint32_t exit_state)
{
  uint32_t report = (state | exit_state) & TASK_REPORT;
  if (state & (TASK_RTLOCK_WAIT | TASK_FROZEN))
    return 'D';
  if ((state & TASK_IDLE) == TASK_IDLE)
    return 'I';
  if (report & TASK_PARKED)
    return 'P';
  if (report & EXIT_ZOMBIE)
    return 'Z';
  if (report & EXIT_DEAD)
    return 'X';
  if (report & TASK_TRACED)
    return 't';
  if (report & TASK_STOPPED)
    return 'T';
  if (report & TASK_UNINTERRUPTIBLE)
    return 'D';
  return report & TASK_INTERRUPTIBLE ? 'S' : 'R';
}

/* Whether the main thread of a process has ended while others live. It has given up the memory, the
 * files and the cgroups by then, which the others still have. A kernel thread has no other threads.
 */
static __always_inline bool main_thread_ended(struct task_struct *leader)
{
  return !leader->mm && leader->signal->nr_threads > 1;
}

/* How far the list of the threads of a process was searched. */
struct thread_search {
  uint64_t node; /* address of the next thread's node in the list */
  uint64_t end; /* address of the head of that list */
  uint64_t found; /* address of the thread that is searched for; 0: none was found so far */
  uint64_t held; /* offset, in a task, of the pointer to what that thread has */
};

static long is_holder(uint32_t i, struct thread_search *search)
{
  struct task_struct *task =
      (void *)(search->node - bpf_core_field_offset(struct task_struct, thread_node));
  struct list_head *node = (void *)search->node;
  uint64_t held = 0;
  if (search->node == search->end)
    return 1;
  bpf_probe_read_kernel(&held, sizeof held, (void *)((uint64_t)task + search->held));
  if (!BPF_CORE_READ(task, exit_state) && held) {
    search->found = (uint64_t)task;
    return 1;
  }
  return bpf_core_read(&search->node, sizeof search->node, &node->next) ? 1 : 0;
}

enum { MAX_SEARCHED_THREADS = 1 << 20 };

/* The address of the first thread of a process, in the order of /proc/[pid]/task, in which a pointer
 * is not null; 0: there is none. `held`: the offset of the pointer in a task.
 */
__noinline uint64_t first_holder(uint64_t leader_address, uint64_t held)
{
  struct task_struct *leader = (void *)leader_address;
  struct thread_search search = {.held = held};
  uint64_t signal = (uint64_t)BPF_CORE_READ(leader, signal);
  search.end = signal + bpf_core_field_offset(struct signal_struct, thread_head);
  if (bpf_probe_read_kernel(&search.node, sizeof search.node, (void *)search.end))
    return 0;
  bpf_loop(MAX_SEARCHED_THREADS, is_holder, &search, 0);
  return search.found;
}

/* The address of the first living thread of a process; 0: none. */
static __always_inline uint64_t living_thread(uint64_t leader_address)
{
  return first_holder(leader_address, bpf_core_field_offset(struct task_struct, mm));
}

/* Whether the memory of a task is that of its process: the task is the main thread, or the first
 * living thread if the main thread has ended.
 */
static __always_inline bool stands_for_process(struct task_struct *task, volatile uint64_t *scratch)
{
  uint64_t address;
  if (task->pid == task->tgid)
    return true;
  if (!main_thread_ended(task->group_leader))
    return false;
  address = ptr_to_u64(scratch, task);
  return living_thread(ptr_to_u64(scratch, task->group_leader)) == address;
}

static __always_inline bool admits_state(const struct kifs_request *request, uint8_t letter)
{
  return !request->states || request->states >> (letter - 'A' & MAX_SHIFT) & 1;
}

static __always_inline unsigned int task_cpu(bool typed, struct task_struct *task)
{
  struct task_struct___before_5_16 *old = (void *)task;
  if (bpf_core_field_exists(task->thread_info.cpu))
    return READ(typed, task, thread_info.cpu);
  return READ(typed, old, cpu);
}

/* The id in the daemon's pid namespace; 0 if the process or thread is not visible there, and for
 * pid_address 0.
 */
__noinline int pid_nr_in_daemon_ns(uint64_t pid_address)
{
  struct pid *pid = (void *)pid_address;
  struct upid upid = {};
  uint32_t zero = 0, level = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || !pid)
    return 0;
  if (bpf_core_read(&level, sizeof level, &pid->level) || level < host->pid_ns_level)
    return 0;
  bpf_probe_read_kernel(&upid, sizeof upid,
                        (char *)__builtin_preserve_access_index(&pid->numbers[0]) +
                            host->pid_ns_level * bpf_core_type_size(struct upid));
  return !host->pid_ns_level || (uint64_t)upid.ns == host->pid_ns ? upid.nr : 0;
}

static __always_inline int tgid_in_daemon_ns(volatile uint64_t *scratch, struct task_struct *task)
{
  return pid_nr_in_daemon_ns(ptr_to_u64(scratch, task->group_leader->thread_pid));
}

/* A boot time as the daemon's clock shows it: in a time namespace that clock is set otherwise. */
__noinline uint64_t in_daemon_time(uint64_t boottime)
{
  uint32_t zero = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  return boottime + (host ? host->boottime_offset : 0);
}

/* The boot time at which the kernel last counted a thread's time on a CPU, which it does when the
 * thread leaves the CPU and at every tick; 0: never, or unknown.
 */
__noinline uint64_t ran_at(uint32_t cpu, uint64_t exec_start)
{
  uint32_t zero = 0;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  int64_t ran, now = in_daemon_time(bpf_ktime_get_boot_ns());
  if (!host || !exec_start || cpu >= KIFS_MAX_CPUS || host->clock_offset[cpu] == INT64_MIN)
    return 0;
  ran = exec_start + host->clock_offset[cpu];
  return ran < 1 ? 1 : ran > now ? now : ran;
}

/* The system call in which a thread is blocked, and its first argument, from the registers that
 * bpf_task_pt_regs() points to. False while the thread runs, when they are unknown.
 */
static __always_inline bool blocked_call(bool typed, struct task_struct *task, uint64_t registers,
                                         int64_t *number, uint64_t *first)
{
  int64_t call = -1;
  if (!registers || (!task_state(typed, task) && !READ(typed, task, exit_state)) ||
      READ(typed, task, on_cpu))
    return false;
  /* A zombie has no stack any more. What can't be read is no call, rather than call 0. */
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

#endif
