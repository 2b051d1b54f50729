/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Passes over tasks, run as system calls (Linux 6.7): `list` lists the processes, `sweep` writes
 * the records of a batch of them. The RCU read lock is held for one process at a time, and a run
 * ends after its batch, so the kernel is never kept from its other work for long.
 */
#include "batch.bpf.h"
#include "command.bpf.h"
#include "kfuncs.bpf.h"
#include "maps.bpf.h"
#include "reported.bpf.h"
#include "slot.bpf.h"

SEC("syscall")
int kifs_list(struct kifs_run *run)
{
  struct bpf_iter_task tasks;
  struct task_struct *found;
  uint32_t zero = 0;
  struct kifs_list *list = bpf_map_lookup_elem(&kifs_lists, &zero);
  if (!list)
    return 1;
  list->count = 0;
  bpf_rcu_read_lock();
  bpf_iter_task_new(&tasks, 0, ALL_PROCESSES);
  while ((found = bpf_iter_task_next(&tasks))) {
    /* Not by the trusted pointer: each pointer that is followed from one takes the verifier a
     * millisecond.
     */
    struct task_struct *task = task_at(ptr_to_u64(&list->scratch, found));
    uint32_t at = list->count;
    int local_pid = pid_nr_in_daemon_ns(ptr_to_u64(&list->scratch, task->thread_pid));
    /* The idle task is no process. A process that is not visible in the daemon's pid namespace is
     * not shown.
     */
    if (!task->pid || !local_pid || task->exit_state == EXIT_DEAD)
      continue;
    list->count = at + 1;
    if (at >= KIFS_MAX_LISTED)
      continue;
    list->listed[at].pid = task->pid;
    list->listed[at].local_pid = local_pid;
    list->listed[at].threads = task->signal->nr_threads;
    list->listed[at].uid = task->real_cred->uid.val;
    list->listed[at].css_set = (uint64_t)task->cgroups;
  }
  bpf_iter_task_destroy(&tasks);
  bpf_rcu_read_unlock();
  return 0;
}

/* As append_thread(). */
__noinline int append_thread_at(uint32_t slot_no, uint64_t address, uint64_t registers)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  return slot ? append_thread(true, slot_no, slot, task_at(address), registers) : false;
}

/* As begin_process(). */
__noinline int begin_process_at(uint32_t slot_no, uint64_t address)
{
  uint32_t zero = 0;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  return slot && host ? begin_process(slot_no, slot, host, task_at(address)) : false;
}

__noinline int add_thread_at(uint32_t slot_no, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  struct task_struct *task = task_at(address);
  if (!slot)
    return 0;
  add_thread(true, &slot->sums, task, slot->request.process_fields & SUMMED_IO);
  if (slot->request.process_fields & BIT(PROCESS_FDS))
    add_files(&slot->sums, ptr_to_u64(&slot->scratch, task->files));
  return 0;
}

/* As ended_threads(). */
__noinline uint32_t ended_threads_at(uint64_t address)
{
  return ended_threads(task_at(address));
}

/* Begins to read the threads of a process, possibly again. */
__noinline int begin_threads_at(uint32_t slot_no, uint64_t address)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (!slot)
    return 0;
  begin_sums(&slot->sums, task_at(address)->signal, slot->request.process_fields & SUMMED_IO);
  slot->threads_digest = 0;
  slot->request.threads = slot->threads_before;
  return 0;
}

__noinline int end_process_at(uint32_t slot_no, uint64_t address)
{
  uint32_t zero = 0;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!slot || !host)
    return 0;
  if (!admits_threads(slot_no))
    slot->request.threads = slot->threads_before;
  end_process(slot_no, slot, host, task_at(address));
  return 0;
}

static __always_inline uint64_t registers_of(struct kifs_slot *slot, struct task_struct *task)
{
  if (!(slot->request.thread_fields & (BIT(THREAD_SYSCALL) | BIT(THREAD_SYSCALL_ARG0))))
    return 0;
  return ptr_to_u64(&slot->scratch, (void *)bpf_task_pt_regs((void *)task));
}

/* Appends a thread. False: there is no space. */
static __always_inline bool sweep_thread(uint32_t slot_no, struct kifs_slot *slot,
                                         struct task_struct *task)
{
  struct kifs_cpu_times loaded;
  bool has_space;
  load_reported(slot, task, slot->request.thread_fields & SPLIT(THREAD), task->se.sum_exec_runtime,
                false);
  loaded = slot->times;
  has_space = append_thread_at(slot_no, ptr_to_u64(&slot->scratch, task), registers_of(slot, task));
  store_reported(slot, task, &loaded, false);
  return has_space;
}

/* Adds up the threads of a process, and appends them. False: there is no space. */
static __always_inline bool sweep_threads(uint32_t slot_no, struct kifs_slot *slot,
                                          struct task_struct *leader, bool summed, bool appended)
{
  struct bpf_iter_task threads;
  struct task_struct *task;
  int has_space = true;
  bpf_iter_task_new(&threads, leader, THREADS_OF_PROCESS);
  while ((task = bpf_iter_task_next(&threads))) {
    if (summed)
      add_thread_at(slot_no, ptr_to_u64(&slot->scratch, task));
    if (appended)
      has_space = sweep_thread(slot_no, slot, task);
    if (!has_space)
      break;
  }
  bpf_iter_task_destroy(&threads);
  return has_space;
}

/* How often the threads of a process are read again because one of them ended meanwhile. */
enum { MAX_REREADS = 3 };

/* As sweep_threads(), again and again until no thread ends meanwhile. If one does, neither the list
 * of threads nor the figures of those that have ended contain it, and the sums would be too small.
 */
static __always_inline bool sweep_threads_at_once(uint32_t slot_no, struct kifs_slot *slot,
                                                  struct task_struct *leader, bool summed,
                                                  bool appended)
{
  struct bpf_iter_num tries;
  uint64_t address = ptr_to_u64(&slot->scratch, leader);
  int has_space = true;
  bpf_iter_num_new(&tries, 0, MAX_REREADS + 1);
  while (bpf_iter_num_next(&tries)) {
    uint32_t ended = ended_threads_at(address);
    begin_threads_at(slot_no, address);
    has_space = sweep_threads(slot_no, slot, leader, summed, appended);
    slot->partial = summed && (ended % 2 || ended_threads_at(address) != ended);
    if (!has_space || !slot->partial)
      break;
  }
  bpf_iter_num_destroy(&tries);
  return has_space;
}

/* Ends a process, with what was reported of it before. */
static __always_inline void sweep_end(uint32_t slot_no, struct kifs_slot *slot,
                                      struct task_struct *leader)
{
  struct kifs_cpu_times loaded;
  load_reported(slot, leader, slot->request.process_fields & SPLIT(PROCESS), slot->sums.runtime,
                true);
  loaded = slot->times;
  end_process_at(slot_no, ptr_to_u64(&slot->scratch, leader));
  store_reported(slot, leader, &loaded, true);
}

/* False: there is no space, and nothing was appended. */
static __always_inline bool sweep_process(uint32_t slot_no, struct kifs_slot *slot,
                                          struct task_struct *leader, bool whole)
{
  uint64_t address = ptr_to_u64(&slot->scratch, leader);
  bool summed = needs_threads(&slot->request, leader);
  bool appended = whole && slot->request.thread_fields;
  if (slot->request.processes >= KIFS_BATCH || slot->request.text_bytes > LAST_TEXT_START)
    return false;
  if (!begin_process_at(slot_no, address))
    return true;
  if (slot->living)
    fill_from_living(slot_no);
  slot->threads_before = slot->request.threads;
  slot->without_threads = !whole;
  slot->partial = false;
  if (!summed && !appended) {
    /* Else the sums would be those of another process. */
    begin_threads_at(slot_no, address);
  } else if (!sweep_threads_at_once(slot_no, slot, leader, summed, appended)) {
    slot->request.threads = slot->threads_before;
    return false;
  }
  sweep_end(slot_no, slot, leader);
  slot->request.admitted++;
  return true;
}

static __always_inline bool tracks_changes(const struct kifs_request *request)
{
  return request->process_change.count || request->thread_change.count;
}

/* Copies what earlier passes know of a process into the slot. */
static __always_inline void load_tracked(struct kifs_slot *slot, struct task_struct *leader)
{
  struct kifs_tracked *tracked =
      bpf_task_storage_get(&kifs_tracked, (void *)leader, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (tracked)
    slot->tracked = *tracked;
  else
    __builtin_memset(&slot->tracked, 0, sizeof slot->tracked);
}

/* Writes it back. The storage is looked up a second time: if the maybe-NULL pointer stayed live,
 * the verifier would explore everything in between twice, once for each case.
 */
static __always_inline void store_tracked(const struct kifs_slot *slot, struct task_struct *leader)
{
  struct kifs_tracked *tracked = bpf_task_storage_get(&kifs_tracked, (void *)leader, 0, 0);
  if (tracked)
    *tracked = slot->tracked;
}

/* Does an item of the work list. False: there is no space. */
static __always_inline bool sweep_item(uint32_t slot_no, struct kifs_slot *slot,
                                       const struct kifs_work_item *item)
{
  bool one = item->kind == KIFS_ONE_THREAD;
  struct task_struct *task = bpf_task_from_pid(one ? item->tid : item->pid);
  bool has_space = true;
  if (!task)
    return true;
  slot->keep = false;
  if (tracks_changes(&slot->request))
    load_tracked(slot, task);
  bpf_rcu_read_lock();
  /* Else another process has the id by now. */
  if ((uint32_t)task->tgid == item->pid) {
    if (one) {
      uint64_t thread = ptr_to_u64(&slot->scratch, task);
      slot->pid = tgid_in_daemon_ns(&slot->scratch, task_at(thread));
      has_space = sweep_thread(slot_no, slot, task);
    } else if (task->pid == task->tgid) {
      has_space = sweep_process(slot_no, slot, task, item->kind == KIFS_PROCESS_WITH_THREADS);
    }
  }
  bpf_rcu_read_unlock();
  if (tracks_changes(&slot->request))
    store_tracked(slot, task);
  if (has_space && slot->keep && slot->request.command_fields)
    sweep_command(slot_no, slot, task);
  bpf_task_release(task);
  return has_space;
}

SEC("syscall")
int kifs_sweep(struct kifs_run *run)
{
  uint32_t slot_no = run->value;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (!slot)
    return 1;
  do_batch(slot_no, slot, sweep_item);
  return 0;
}

/* The sched_clock of the caller's CPU at which the kernel last counted the caller's time. */
SEC("syscall")
int kifs_clock(struct kifs_run *run)
{
  run->value = ((struct task_struct *)bpf_get_current_task_btf())->se.exec_start;
  return 0;
}
