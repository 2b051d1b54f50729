/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Finds threads that are blocked in a system call by which they may wait for another thread.
 * Reports the call, its arguments, and the memory around a futex word; the daemon interprets them.
 * Ids are of the initial pid namespace.
 */
#include <linux/magic.h>

#include "batch.bpf.h"
#include "kfuncs.bpf.h"
#include "maps.bpf.h"
#include "task.bpf.h"

enum { TS_COMPAT = 2 }; /* of thread_info.status on x86: the thread is in a 32-bit call */

/* A thread's registers, so typed for the verifier that they can be loaded. */
#define REGISTERS(arch, address) \
  ((struct pt_regs___##arch *)bpf_rdonly_cast((void *)(address), \
                                              bpf_core_type_id_kernel(struct pt_regs___##arch)))

struct memory_seen {
  uint64_t start;
  uint64_t end;
  uint64_t safe;
};

/* Decides whether memory can be read safely: a read must wait for nothing but the kernel and a
 * disk, as for memory that was swapped out. A page of any other file comes as late as the server of
 * that file pleases. Static variables lie in the private mapping of a program or library; those
 * that were written lie in pages of their own, which are safe.
 */
static long visit_memory(struct task_struct *task, struct vm_area_struct *vma,
                         struct memory_seen *seen)
{
  struct file *file = vma->vm_file;
  seen->start = vma->vm_start;
  seen->end = vma->vm_end;
  seen->safe = !vma->vm_ops;
  if (file) {
    struct super_block *filesystem = BPF_CORE_READ(file, f_inode, i_sb);
    unsigned long magic = BPF_CORE_READ(filesystem, s_magic);
    bool written = vma->anon_vma && magic != FUSE_SUPER_MAGIC && BPF_CORE_READ(filesystem, s_bdev);
    seen->safe = magic == TMPFS_MAGIC || magic == HUGETLBFS_MAGIC || written || !vma->vm_ops;
  }
  return 0;
}

static __always_inline void copy_comm(uint64_t *to, struct task_struct *task)
{
  to[0] = ((uint64_t *)task->comm)[0];
  to[1] = ((uint64_t *)task->comm)[1];
}

/* The number of the call in which a thread is blocked. A zombie has no stack any more, and what
 * can't be read is 0. On x86-64 and aarch64 the call 0 is not one that waits for another thread.
 */
static __always_inline uint32_t blocked_call_number(struct task_struct *task, uint64_t registers)
{
  if (!registers || !task_state(true, task) || task->exit_state || task->on_cpu)
    return UINT32_MAX;
  if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->orig_ax))
    return REGISTERS(x86, registers)->orig_ax;
  return REGISTERS(arm64, registers)->syscallno;
}

static __always_inline void note_registers(struct kifs_blocked *blocked, uint64_t registers)
{
  if (bpf_core_field_exists(((struct pt_regs___x86 *)0)->orig_ax)) {
    struct pt_regs___x86 *regs = REGISTERS(x86, registers);
    blocked->argument[0] = regs->di;
    blocked->argument[1] = regs->si;
    blocked->argument[2] = regs->dx;
    blocked->argument[3] = regs->r10;
    blocked->argument[4] = regs->r8;
    blocked->argument[5] = regs->r9;
    blocked->stack_pointer = regs->sp;
    blocked->program_counter = regs->ip;
  } else {
    struct pt_regs___arm64 *regs = REGISTERS(arm64, registers);
    blocked->argument[0] = regs->orig_x0;
    blocked->argument[1] = regs->regs[1];
    blocked->argument[2] = regs->regs[2];
    blocked->argument[3] = regs->regs[3];
    blocked->argument[4] = regs->regs[4];
    blocked->argument[5] = regs->regs[5];
    blocked->stack_pointer = regs->sp;
    blocked->program_counter = regs->pc;
  }
}

/* Whether a system call is one of those that are looked for. */
static __always_inline bool is_wanted(const struct kifs_request *request, uint32_t number)
{
  return number < KIFS_CALL_NUMBERS &&
         request->calls[number / 64 % (KIFS_CALL_NUMBERS / 64)] >> (number % 64) & 1;
}

/* Notes the call of a thread, if that is looked for. False: there is no space. */
__noinline int note_call(uint32_t slot_no, uint64_t address, uint64_t registers)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct task_struct *task = task_at(address);
  struct kifs_blocked *blocked;
  uint32_t at, tid, number;
  if (!slot)
    return false;
  at = slot->request.threads;
  tid = task->pid;
  if (!task->thread_pid)
    return true;
  if (at >= KIFS_BATCH_THREADS)
    return false;
  slot->seen[at].id = slot->in_child_pid_ns << 63 | (uint64_t)slot->pid << 32 | tid;
  copy_comm(slot->seen[at].comm, task);
  slot->request.threads = at + 1;
  number = blocked_call_number(task, registers);
  if (!is_wanted(&slot->request, number))
    return true;
  at = slot->request.blocked;
  if (at >= KIFS_BATCH_BLOCKED)
    return false;
  blocked = &slot->blocked[at];
  __builtin_memset(blocked, 0, sizeof *blocked);
  blocked->pid = slot->pid;
  blocked->tid = tid;
  blocked->number = number;
  blocked->compat = bpf_core_field_exists(((struct pt_regs___x86 *)0)->orig_ax) &&
                    bpf_core_field_exists(task->thread_info.status) &&
                    task->thread_info.status & TS_COMPAT;
  note_registers(blocked, registers);
  blocked->last_ran_ns = ran_at(task_cpu(true, task), task->se.exec_start);
  blocked->switches = task->nvcsw + task->nivcsw;
  blocked->uid = task->real_cred->uid.val;
  copy_comm(blocked->comm, task);
  slot->request.blocked = at + 1;
  return true;
}

/* Notes the threads of a process. False: there is no space, and nothing was noted. */
static __always_inline bool note_process(uint32_t slot_no, struct kifs_slot *slot,
                                         struct task_struct *leader)
{
  struct bpf_iter_task threads;
  struct task_struct *task;
  struct pid *pid = task_at(ptr_to_u64(&slot->scratch, leader))->thread_pid;
  uint32_t threads_before = slot->request.threads, blocked_before = slot->request.blocked;
  int has_space = true;
  slot->pid = leader->pid;
  slot->in_child_pid_ns = pid->level != 0;
  bpf_iter_task_new(&threads, leader, THREADS_OF_PROCESS);
  while ((task = bpf_iter_task_next(&threads))) {
    uint64_t registers = ptr_to_u64(&slot->scratch, (void *)bpf_task_pt_regs((void *)task));
    has_space = note_call(slot_no, ptr_to_u64(&slot->scratch, task), registers);
    if (!has_space)
      break;
  }
  bpf_iter_task_destroy(&threads);
  if (!has_space) {
    slot->request.threads = threads_before;
    slot->request.blocked = blocked_before;
  }
  return has_space;
}

/* Does an item of the work list. False: there is no space. */
static __always_inline bool note_item(uint32_t slot_no, struct kifs_slot *slot,
                                      const struct kifs_work_item *item)
{
  struct task_struct *task = bpf_task_from_pid(item->pid);
  bool has_space = true;
  if (!task)
    return true;
  bpf_rcu_read_lock();
  if (task->pid == task->tgid)
    has_space = note_process(slot_no, slot, task);
  bpf_rcu_read_unlock();
  bpf_task_release(task);
  return has_space;
}

/* Decides which memory around the futex word to read: what lies in the word's own mapping. False:
 * none.
 */
__noinline int choose_memory(uint32_t slot_no, uint32_t at, uint64_t start, uint64_t end,
                             uint32_t safe)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct kifs_blocked *blocked;
  uint64_t word, from, length;
  if (!slot || at >= KIFS_BATCH_BLOCKED)
    return false;
  blocked = &slot->blocked[at];
  word = blocked->argument[0];
  from = word - KIFS_WORDS_BEFORE;
  if (from < start)
    from = start;
  length = word + KIFS_WORDS_AFTER - from;
  if (word + KIFS_WORDS_AFTER > end)
    length = end - from;
  if (!safe) {
    blocked->words_left_to_proc = true;
    return false;
  }
  if (length > KIFS_WORDS || !length)
    return false;
  blocked->words_address = from;
  blocked->words_length = length;
  return true;
}

/* Reads the memory around a futex word. */
static __always_inline void read_words(uint32_t slot_no, struct kifs_slot *slot, uint32_t at)
{
  struct kifs_blocked *blocked;
  struct task_struct *task;
  struct memory_seen seen = {};
  uint32_t length;
  if (at >= KIFS_BATCH_BLOCKED)
    return;
  blocked = &slot->blocked[at];
  if (blocked->number != slot->request.futex || blocked->compat)
    return;
  task = bpf_task_from_pid(blocked->tid);
  if (!task)
    return;
  if (bpf_find_vma(task, blocked->argument[0], visit_memory, &seen, 0)) {
    blocked->words_left_to_proc = true;
  } else if (choose_memory(slot_no, at, seen.start, seen.end, seen.safe)) {
    /* The verifier needs the upper bound. There is no check of a lower one beside it: compilers
     * merge both into one comparison, from which the verifier of 6.12 learns nothing.
     */
    length = blocked->words_length;
    if (length <= KIFS_WORDS &&
        bpf_copy_from_user_task(blocked->words, length, (void *)blocked->words_address, task, 0))
      blocked->words_length = 0;
  }
  bpf_task_release(task);
}

SEC("syscall")
int kifs_waits(struct kifs_run *run)
{
  uint32_t slot_no = run->value;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct bpf_iter_num numbers;
  int *number;
  if (!slot)
    return 1;
  do_batch(slot_no, slot, note_item);
  bpf_iter_num_new(&numbers, 0, slot->request.blocked & 0xffff);
  while ((number = bpf_iter_num_next(&numbers)))
    read_words(slot_no, slot, *number);
  bpf_iter_num_destroy(&numbers);
  return 0;
}
