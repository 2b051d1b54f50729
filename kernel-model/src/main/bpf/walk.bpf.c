/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Passes by an iterator over tasks, for kernels that refuse the programs of sweep.bpf.c. It needs
 * Linux 5.17, for bpf_loop(). When the iterator comes to a process, `walk` reads all of its
 * threads, so that the records are in order and sums are of one moment. The kernel holds the RCU
 * read lock meanwhile. Threads are read by copies, since the verifier knows the type of the task
 * that the iterator passes and of no other.
 *
 * The daemon drives the iterator by reads, which never return a byte. When there is no space for
 * more, the program asks to be called again with the same task, and the read ends with EAGAIN. Only
 * one read runs at a time, since the number of its slot is in the host's memory.
 */
#include "command.bpf.h"
#include "maps.bpf.h"
#include "reported.bpf.h"
#include "slot.bpf.h"

enum {
  THREADS_PER_CALL = 128,
  MAX_THREADS = 2048 * THREADS_PER_CALL, /* the record of a process with more is incomplete */
};

/* How far the threads of a process were read. */
enum { ALL_READ, MORE_TO_READ, NO_SPACE };

/* Reads one thread of the process that is being read. The verifier doesn't know the type of the
 * task, so it has no storage in which passes could remember what they have reported of it.
 */
__noinline int walk_thread(uint32_t slot_no, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct task_struct *task = (void *)address;
  uint64_t registers = 0;
  if (!slot)
    return false;
  slot->times.utime = slot->times.stime = 0;
  if (needs_sums(&slot->request))
    add_thread(false, &slot->sums, task, slot->request.process_fields & SUMMED_IO);
  if (slot->request.process_fields & BIT(PROCESS_FDS))
    add_files(&slot->sums, (uint64_t)BPF_CORE_READ(task, files));
  if (!slot->request.thread_fields || slot->without_threads)
    return true;
  if (slot->registers_offset)
    registers = (uint64_t)BPF_CORE_READ(task, stack) + slot->registers_offset;
  return append_thread(false, slot_no, slot, task, registers);
}

/* Reads up to THREADS_PER_CALL threads. The loop is cut in two functions because the verifier
 * explores each of them by itself.
 */
__noinline int walk_some_threads(uint32_t slot_no)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct list_head *node;
  if (!slot)
    return ALL_READ;
  for (uint32_t i = 0; i < THREADS_PER_CALL; i++) {
    if (slot->thread_node == slot->thread_end)
      return ALL_READ;
    if (!walk_thread(slot_no,
                     slot->thread_node - bpf_core_field_offset(struct task_struct, thread_node)))
      return NO_SPACE;
    node = (void *)slot->thread_node;
    if (bpf_core_read(&slot->thread_node, sizeof slot->thread_node, &node->next))
      return ALL_READ;
  }
  return MORE_TO_READ;
}

/* Where in its kernel stack a thread's registers are; 0 if no field needs them. */
static __always_inline uint64_t find_registers(struct kifs_slot *slot, struct task_struct *task)
{
  if (!(slot->request.thread_fields & (BIT(THREAD_SYSCALL) | BIT(THREAD_SYSCALL_ARG0))))
    return 0;
  return ptr_to_u64(&slot->scratch, (void *)bpf_task_pt_regs((void *)task)) -
         ptr_to_u64(&slot->scratch, task->stack);
}

static __always_inline int walk_threads(uint32_t slot_no, struct kifs_slot *slot,
                                        struct task_struct *leader)
{
  struct signal_struct *signal = leader->signal;
  slot->thread_end =
      ptr_to_u64(&slot->scratch, signal) + bpf_core_field_offset(struct signal_struct, thread_head);
  slot->thread_node = ptr_to_u64(&slot->scratch, signal->thread_head.next);
  slot->registers_offset = find_registers(slot, leader);
  for (uint32_t i = 0; i < MAX_THREADS / THREADS_PER_CALL; i++) {
    int result = walk_some_threads(slot_no);
    if (result != MORE_TO_READ)
      return result;
  }
  return MORE_TO_READ;
}

/* Appends a COMMAND. A program of this type can't read the memory of a process. The daemon knows
 * the command line from before, or reads /proc.
 */
static __always_inline void walk_command(uint32_t slot_no, struct kifs_slot *slot,
                                         struct task_struct *task)
{
  uint32_t at = slot->request.commands;
  slot->command_before.runtime = UINT64_MAX;
  if (at >= KIFS_BATCH)
    return;
  if (begin_command(slot, task))
    slot->command[bounded_index(at, KIFS_BATCH)].command_line_length =
        slot->command_state[bounded_index(at, KIFS_BATCH)].runtime == UINT64_MAX ? KIFS_LEFT_TO_PROC
                                                                                 : KIFS_UNCHANGED;
  end_command(slot_no, slot, task);
}

/* Appends a process. False: there is no space. */
static __always_inline bool walk_process(uint32_t slot_no, struct kifs_slot *slot,
                                         const struct kifs_host *host, struct task_struct *leader)
{
  uint32_t threads_before = slot->request.threads, at = slot->request.processes;
  bool summed = needs_threads(&slot->request, leader);
  uint32_t ended = ended_threads(leader);
  struct kifs_cpu_times loaded;
  int result = ALL_READ;
  if (at >= KIFS_BATCH || slot->request.commands >= KIFS_BATCH ||
      slot->request.limits >= KIFS_BATCH || slot->request.text_bytes > LAST_TEXT_START)
    return false;
  if (!begin_process(slot_no, slot, host, leader))
    return true;
  if (slot->living)
    fill_from_living(slot_no);
  begin_sums(&slot->sums, leader->signal, slot->request.process_fields & SUMMED_IO);
  if (summed || (slot->request.thread_fields && !slot->without_threads))
    result = walk_threads(slot_no, slot, leader);
  if (result == NO_SPACE) {
    slot->request.threads = threads_before;
    return false;
  }
  slot->partial = summed && (ended % 2 || ended_threads(leader) != ended);
  load_reported(slot, leader, slot->request.process_fields & SPLIT(PROCESS), slot->sums.runtime,
                true);
  loaded = slot->times;
  end_process(slot_no, slot, host, leader);
  store_reported(slot, leader, &loaded, true);
  if (result == MORE_TO_READ)
    slot->process[bounded_index(at, KIFS_BATCH)].flags |= KIFS_INCOMPLETE;
  slot->request.admitted++;
  if (slot->keep && slot->request.command_fields)
    walk_command(slot_no, slot, leader);
  return true;
}

SEC("iter/task")
int kifs_walk(struct bpf_iter__task *context)
{
  struct task_struct *task = context->task;
  uint32_t zero = 0, slot_no, pid;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  const struct kifs_work_item *work;
  struct kifs_slot *slot;
  if (!task || !host)
    return DONE;
  slot_no = host->walk_slot;
  slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (!slot)
    return DONE;
  slot->without_threads = false;
  if (slot->request.item_count) {
    work = &slot->work[bounded_index(slot->request.item_count - 1, KIFS_BATCH)];
    slot->pid = tgid_in_daemon_ns(&slot->scratch, task);
    if (slot->pid != work->pid)
      return DONE;
    if (work->kind == KIFS_ONE_THREAD || work->kind == KIFS_THREADS_ONLY) {
      if (work->kind == KIFS_ONE_THREAD && (uint32_t)task->pid != work->tid)
        return DONE;
      slot->registers_offset = find_registers(slot, task);
      return walk_thread(slot_no, ptr_to_u64(&slot->scratch, task)) ? DONE : AGAIN;
    }
    slot->without_threads = work->kind == KIFS_PROCESS_ONLY;
  }
  if (task->pid != task->tgid)
    return DONE;
  pid = pid_nr_in_daemon_ns(ptr_to_u64(&slot->scratch, task->thread_pid));
  slot->request.next = pid;
  if (slot->request.stop_pid && pid >= slot->request.stop_pid)
    return AGAIN;
  slot->without_threads |= pid == slot->request.large_pid;
  return walk_process(slot_no, slot, host, task) ? DONE : AGAIN;
}
