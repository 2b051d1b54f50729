/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Passes by an iterator over tasks, for kernels that don't take the programs of sweep.h (Linux 5.17,
 * for the loops in task.h): `walk` does the same with what those kernels have. As the iterator
 * comes to a process, all of its threads are looked at, so that records come out in order, and sums
 * are of one moment. The kernel holds the RCU read lock meanwhile. A thread is read by copies: only
 * of the task that the iterator brings does the verifier know what it is.
 *
 * The daemon drives it by reads, which never return a byte. Where there is no room for more, the
 * program asks to be called again with the same task, which ends the read by EAGAIN. One read at a
 * time: the slot's number is in the host's memory.
 */
#include "command.bpf.h"
#include "maps.bpf.h"
#include "slot.bpf.h"

enum {
  FEW_THREADS = 128,
  MOST_THREADS = 2048 * FEW_THREADS, /* of one process; with more its record is incomplete */
};

enum { WALKED, TO_WALK, NO_ROOM };

/* Looks at one thread of the process at hand. */
__noinline int walk_thread(uint32_t which, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &which);
  struct task_struct *task = (void *)address;
  uint64_t registers = 0;
  if (!slot)
    return false;
  if (needs_sums(&slot->request))
    add_thread(false, &slot->sums, task, slot->request.process_fields & SUMMED_IO);
  if (!slot->request.thread_fields || slot->alone)
    return true;
  if (slot->registers)
    registers = (uint64_t)BPF_CORE_READ(task, stack) + slot->registers;
  return append_thread(false, which, slot, task, registers);
}

/* Looks at some threads. The verifier follows this loop and that over its calls each for itself. */
__noinline int walk_few(uint32_t which)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &which);
  struct list_head *node;
  if (!slot)
    return WALKED;
  for (uint32_t i = 0; i < FEW_THREADS; i++) {
    if (slot->cursor == slot->end)
      return WALKED;
    if (!walk_thread(which, slot->cursor - bpf_core_field_offset(struct task_struct, thread_node)))
      return NO_ROOM;
    node = (void *)slot->cursor;
    if (bpf_core_read(&slot->cursor, sizeof slot->cursor, &node->next))
      return WALKED;
  }
  return TO_WALK;
}

/* Where on its kernel stack a thread's registers are; 0 if nobody wants to know. */
static __always_inline uint64_t place_of_registers(struct kifs_slot *slot, struct task_struct *task)
{
  if (!(slot->request.thread_fields & (BIT(THREAD_SYSCALL) | BIT(THREAD_SYSCALL_ARG0))))
    return 0;
  return as_number(&slot->scratch, (void *)bpf_task_pt_regs((void *)task)) -
         as_number(&slot->scratch, task->stack);
}

static __always_inline int walk_threads(uint32_t which, struct kifs_slot *slot,
                                        struct task_struct *leader)
{
  struct signal_struct *signal = leader->signal;
  slot->end =
      as_number(&slot->scratch, signal) + bpf_core_field_offset(struct signal_struct, thread_head);
  slot->cursor = as_number(&slot->scratch, signal->thread_head.next);
  slot->registers = place_of_registers(slot, leader);
  for (uint32_t i = 0; i < MOST_THREADS / FEW_THREADS; i++) {
    int result = walk_few(which);
    if (result != TO_WALK)
      return result;
  }
  return TO_WALK;
}

/* Appends a COMMAND. Such a program can't read a process's own memory: the daemon knows the command
 * line from earlier, or asks /proc.
 */
static __always_inline void walk_command(uint32_t which, struct kifs_slot *slot,
                                         struct task_struct *task)
{
  uint32_t at = slot->request.commands;
  slot->before.runtime = UINT64_MAX;
  if (at >= KIFS_SLICE)
    return;
  if (open_command(slot, task))
    slot->command[within(at, KIFS_SLICE)].command_line_length =
        slot->read[within(at, KIFS_SLICE)].runtime == UINT64_MAX ? KIFS_ELSEWHERE : KIFS_UNCHANGED;
  close_command(which, slot, task);
}

/* Appends a process. False: there is no room. */
static __always_inline bool walk_process(uint32_t which, struct kifs_slot *slot,
                                         const struct kifs_host *host, struct task_struct *leader)
{
  uint32_t threads_before = slot->request.threads, at = slot->request.processes;
  int result = WALKED;
  if (at >= KIFS_SLICE || slot->request.commands >= KIFS_SLICE ||
      slot->request.limits >= KIFS_SLICE || slot->request.text > LAST_TEXT)
    return false;
  if (!open_process(which, slot, host, leader))
    return true;
  if (needs_sums(&slot->request) || (slot->request.thread_fields && !slot->alone))
    result = walk_threads(which, slot, leader);
  if (result == NO_ROOM) {
    slot->request.threads = threads_before;
    return false;
  }
  close_process(which, slot, host, leader);
  if (result == TO_WALK)
    slot->process[within(at, KIFS_SLICE)].flags |= KIFS_INCOMPLETE;
  slot->request.admitted++;
  if (slot->keep && slot->request.command_fields)
    walk_command(which, slot, leader);
  return true;
}

SEC("iter/task")
int walk(struct bpf_iter__task *context)
{
  struct task_struct *task = context->task;
  uint32_t zero = 0, which, pid;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  const struct kifs_work *work;
  struct kifs_slot *slot;
  if (!task || !host)
    return DONE;
  which = host->slot;
  slot = bpf_map_lookup_elem(&kifs_slots, &which);
  if (!slot)
    return DONE;
  slot->alone = false;
  if (slot->request.count) {
    work = &slot->work[within(slot->request.count - 1, KIFS_SLICE)];
    slot->pid = visible_tgid(&slot->scratch, task);
    if (slot->pid != work->pid)
      return DONE;
    if (work->what == KIFS_ONE_THREAD || work->what == KIFS_THREADS_ALONE) {
      if (work->what == KIFS_ONE_THREAD && (uint32_t)task->pid != work->tid)
        return DONE;
      slot->registers = place_of_registers(slot, task);
      return walk_thread(which, as_number(&slot->scratch, task)) ? DONE : AGAIN;
    }
    slot->alone = work->what == KIFS_PROCESS_ALONE;
  }
  if (task->pid != task->tgid)
    return DONE;
  pid = visible(as_number(&slot->scratch, task->thread_pid));
  slot->request.next = pid;
  if (slot->request.until && pid >= slot->request.until)
    return AGAIN;
  slot->alone |= pid == slot->request.large;
  return walk_process(which, slot, host, task) ? DONE : AGAIN;
}
