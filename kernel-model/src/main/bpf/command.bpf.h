/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Writes what a process was started with into COMMAND and TEXT records. Unusual cases are left to
 * /proc: the length is KIFS_LEFT_TO_PROC then.
 */
#ifndef KIFS_COMMAND_BPF_H
#define KIFS_COMMAND_BPF_H

#include "kfuncs.bpf.h"
#include "maps.bpf.h"
#include "path.bpf.h"
#include "slot.bpf.h"

struct vma_seen {
  uint64_t end;
  uint64_t anonymous;
};

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct kifs_command_state);
} kifs_command_states SEC(".maps");

static long visit_vma(struct task_struct *task, struct vm_area_struct *vma, struct vma_seen *seen)
{
  seen->end = vma->vm_end;
  seen->anonymous = !vma->vm_ops;
  return 0;
}

/* Begins a COMMAND. Returns whether the command line must be read. It need not if no thread of the
 * process has run since it was last read: none can have written over it then, and no other process
 * can have either, as none shares the memory. (A debugger could.)
 *
 * The caller has made sure that there is space.
 */
static __always_inline bool begin_command(struct kifs_slot *slot, struct task_struct *task)
{
  struct kifs_command *command;
  struct kifs_command_state *now;
  struct mm_struct *mm = task->mm;
  uint64_t length;
  uint32_t at = slot->request.commands;
  if (at >= KIFS_BATCH)
    return false;
  command = &slot->command[bounded_index(at, KIFS_BATCH)];
  now = &slot->command_state[bounded_index(at, KIFS_BATCH)];
  __builtin_memset(command, 0, sizeof *command);
  command->tag = KIFS_COMMAND;
  command->size = sizeof *command;
  command->pid = slot->pid;
  command->absent = ALL(COMMAND) & ~(slot->request.command_fields | BIT(COMMAND_PID));
  now->runtime = slot->sums.running ? UINT64_MAX : slot->sums.runtime;
  now->mm = ptr_to_u64(&slot->scratch, mm);
  slot->arguments_address = 0;
  /* The memory is that of another thread, through which /proc can read. */
  if (slot->living) {
    command->command_line_length =
        slot->request.command_fields & BIT(COMMAND_COMMAND_LINE_LENGTH) ? KIFS_LEFT_TO_PROC : 0;
    now->runtime = UINT64_MAX;
    return false;
  }
  if (!(slot->request.command_fields & BIT(COMMAND_COMMAND_LINE_LENGTH)) || !mm ||
      task->flags & PF_KTHREAD)
    return false;
  if (mm->mm_users.counter != task->signal->nr_threads)
    now->runtime = UINT64_MAX;
  slot->arguments_address = mm->arg_start;
  length = mm->arg_end - mm->arg_start;
  if (task->mm != mm || length == 0)
    return false;
  if (length > KIFS_MAX_ARGUMENTS) {
    command->command_line_total = length;
    command->command_line_length = KIFS_LEFT_TO_PROC;
    return false;
  }
  command->command_line_length = length;
  command->command_line_offset = slot->request.text_bytes;
  if (!slot->request.reread_commands && now->runtime != UINT64_MAX &&
      slot->command_before.runtime == now->runtime && slot->command_before.mm == now->mm) {
    command->command_line_length = KIFS_UNCHANGED;
    return false;
  }
  return true;
}

__noinline int begin_command_at(uint32_t slot_no, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  return slot ? begin_command(slot, task_at(address)) : false;
}

/* Takes the result of reading the command line. */
__noinline int end_arguments(uint32_t slot_no, int32_t found, int32_t failed, uint64_t end,
                             uint32_t anonymous)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct kifs_command *command;
  uint32_t at, length, text;
  if (!slot)
    return 0;
  at = slot->request.commands;
  text = slot->request.text_bytes;
  if (at >= KIFS_BATCH)
    return 0;
  command = &slot->command[at];
  length = command->command_line_length;
  /* No room is left in the batch, or the memory could not be read. A program that wrote its title
   * over its arguments has changed their last byte, a NUL.
   */
  if (text > LAST_TEXT_START || found || failed || !anonymous ||
      slot->arguments_address + length > end || length == 0 || length > KIFS_MAX_ARGUMENTS ||
      slot->text[text + TEXT_HEADER + length - 1])
    command->command_line_length = KIFS_LEFT_TO_PROC;
  else
    end_text(slot, text, length);
  if (command->command_line_length >= KIFS_UNCHANGED)
    slot->command_state[at].runtime = UINT64_MAX;
  return 0;
}

/* Completes a COMMAND by its executable. */
static __always_inline void end_command(uint32_t slot_no, struct kifs_slot *slot,
                                        struct task_struct *task)
{
  struct mm_struct *mm = task->mm;
  uint32_t at = slot->request.commands, length = 0;
  struct kifs_command *command;
  if (at >= KIFS_BATCH)
    return;
  command = &slot->command[bounded_index(at, KIFS_BATCH)];
  command->executable_offset = slot->request.text_bytes;
  if (slot->living && slot->request.command_fields & BIT(COMMAND_EXECUTABLE_LENGTH))
    length = KIFS_LEFT_TO_PROC;
  if (slot->request.command_fields & BIT(COMMAND_EXECUTABLE_LENGTH) && mm &&
      !(task->flags & PF_KTHREAD) && mm->exe_file) {
    length = append_path(slot_no, ptr_to_u64(&slot->scratch, mm->exe_file));
    if (task->mm != mm)
      length = 0;
  }
  /* The arguments can have left too little room in the batch. */
  if (length && length < KIFS_UNCHANGED && slot->request.text_bytes > LAST_TEXT_START)
    length = KIFS_LEFT_TO_PROC;
  command->executable_length = length;
  if (length && length < KIFS_UNCHANGED)
    end_text(slot, slot->request.text_bytes, length);
  slot->request.commands = at + 1;
}

__noinline int end_command_at(uint32_t slot_no, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (slot)
    end_command(slot_no, slot, task_at(address));
  return 0;
}

/* Appends a COMMAND.
 *
 * Only anonymous memory is read. A page of a file comes as late as the server of that file pleases.
 * bpf_find_vma() doesn't wait for the lock of the process's memory, and fails if that is held.
 */
static __always_inline void sweep_command(uint32_t slot_no, struct kifs_slot *slot,
                                          struct task_struct *task)
{
  uint64_t address = ptr_to_u64(&slot->scratch, task);
  struct vma_seen seen = {};
  struct kifs_command_state *before =
      bpf_task_storage_get(&kifs_command_states, (void *)task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  uint32_t at = slot->request.text_bytes, commands = slot->request.commands;
  slot->command_before.runtime = before ? before->runtime : UINT64_MAX;
  slot->command_before.mm = before ? before->mm : 0;
  if (begin_command_at(slot_no, address) && commands < KIFS_BATCH) {
    uint32_t length = slot->command[commands].command_line_length;
    long found = bpf_find_vma(task, slot->arguments_address, visit_vma, &seen, 0);
    long failed = -1;
    if (!found && seen.anonymous && at <= LAST_TEXT_START && length && length <= KIFS_MAX_ARGUMENTS)
      failed = bpf_copy_from_user_task(&slot->text[at + TEXT_HEADER], length,
                                       (void *)slot->arguments_address, task, 0);
    end_arguments(slot_no, found, failed, seen.end, seen.anonymous);
    if (before)
      *before = slot->command_state[commands];
  }
  bpf_rcu_read_lock();
  end_command_at(slot_no, address);
  bpf_rcu_read_unlock();
}

#endif
