/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Writes the records of a process into a slot. Both `sweep` and `walk` use it. */
#ifndef KIFS_SLOT_BPF_H
#define KIFS_SLOT_BPF_H

#include "filter.bpf.h"
#include "limits.bpf.h"
#include "process.bpf.h"
#include "sums.bpf.h"
#include "thread.bpf.h"

/* Bounds an index again that is known to be less than `size`, a power of 2. Verifiers before Linux
 * 6.2 forget the bounds of a number once it has been in memory.
 */
static __always_inline uint32_t bounded_index(uint32_t at, uint32_t size)
{
  barrier_var(at);
  return at & (size - 1);
}

static __always_inline uint64_t page_shift(const struct kifs_host *host)
{
  return host->page_shift & MAX_SHIFT;
}

/* Whether figures of all threads are added up for the fields that are wanted of a process. */
static __always_inline bool needs_sums(const struct kifs_request *request)
{
  return (request->process_fields & SUMMED) || request->command_fields ||
         (request->limits_fields & BIT(LIMITS_CPU_USED_NS));
}

/* Whether all threads of a process must be read for the fields that are wanted of it. */
static __always_inline bool needs_threads(const struct kifs_request *request,
                                          struct task_struct *leader)
{
  return needs_sums(request) ||
         ((request->process_fields & BIT(PROCESS_FDS)) && leader->signal->nr_threads > 1);
}

/* Appends a thread of the process that is being read, if admitted. False: there is no space. */
static __always_inline bool append_thread(bool typed, uint32_t slot_no, struct kifs_slot *slot,
                                          struct task_struct *task, uint64_t registers)
{
  uint32_t at = slot->request.threads;
  uint32_t state = state_letter(task_state(typed, task), READ(typed, task, exit_state));
  int tid = pid_nr_in_daemon_ns(ptr_to_u64(&slot->scratch, READ(typed, task, thread_pid)));
  if (!tid || state == 'X' || !admits_state(&slot->request, state))
    return true;
  if (at >= KIFS_BATCH_THREADS)
    return false;
  fill_thread(typed, slot_no, slot, &slot->thread[bounded_index(at, KIFS_BATCH_THREADS)], task,
              registers, tid, state);
  if (slot->request.thread_change.count)
    track_thread(slot_no, at);
  if (compare_bounds(slot_no, KIFS_THREAD, at) != INSIDE_BOUNDS)
    slot->request.threads = at + 1;
  return true;
}

/* Fills what the main thread of the process that is being read can't show any more, since it has
 * ended, from the first living thread. Must follow begin_process(). It is not called from there
 * because the stacks of all functions that call each other must fit in 512 bytes.
 */
__noinline int fill_from_living(uint32_t slot_no)
{
  uint32_t zero = 0, at;
  struct kifs_limits *limits;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!slot || !host || !slot->living)
    return 0;
  at = slot->request.processes;
  if (slot->request.process_fields && at < KIFS_BATCH)
    slot->filled =
        fill_held(false, &slot->process[bounded_index(at, KIFS_BATCH)], &slot->sums, &slot->request,
                  (void *)slot->living, page_shift(host), &slot->scratch, slot->filled);
  at = slot->request.limits;
  if (!slot->request.limits_fields || at >= KIFS_BATCH)
    return 0;
  limits = &slot->limits[bounded_index(at, KIFS_BATCH)];
  __builtin_memset(limits, 0, sizeof *limits);
  limits->absent = ~fill_limited(false, limits, (void *)slot->living, slot->request.limits_fields,
                                 page_shift(host), &slot->scratch, 0);
  return 0;
}

/* The state of a process: that of its main thread, or of its first living thread if the main thread
 * has ended. Notes that thread in the slot.
 */
static __always_inline uint32_t find_state(struct kifs_slot *slot, struct task_struct *leader)
{
  struct task_struct *task;
  slot->living = 0;
  if (main_thread_ended(leader))
    slot->living = living_thread(ptr_to_u64(&slot->scratch, leader));
  if (!slot->living)
    return state_letter(task_state(true, leader), leader->exit_state);
  task = (void *)slot->living;
  return state_letter(task_state(false, task), BPF_CORE_READ(task, exit_state));
}

/* Begins a process: fills everything but the sums over its threads, which must be begun besides.
 * False: it is not admitted.
 */
static __always_inline bool begin_process(uint32_t slot_no, struct kifs_slot *slot,
                                          const struct kifs_host *host, struct task_struct *task)
{
  uint32_t at = slot->request.processes;
  uint32_t state = find_state(slot, task);
  slot->pid = pid_nr_in_daemon_ns(ptr_to_u64(&slot->scratch, task->thread_pid));
  slot->keep = admits_state(&slot->request, state);
  if (!slot->pid || state == 'X' || !admits_process(slot_no, &slot->request, task)) {
    slot->keep = false;
    return false;
  }
  slot->sums.files = slot->sums.fds = 0;
  if (slot->request.process_fields && at < KIFS_BATCH)
    slot->filled =
        fill_process(&slot->process[bounded_index(at, KIFS_BATCH)], &slot->sums, &slot->request,
                     task, slot->pid, state, page_shift(host), host->user_ns, &slot->scratch);
  return true;
}

/* Ends a process, after its threads have been added up. */
static __always_inline void end_process(uint32_t slot_no, struct kifs_slot *slot,
                                        const struct kifs_host *host, struct task_struct *task)
{
  uint32_t at = slot->request.processes;
  if (slot->request.process_fields && at < KIFS_BATCH) {
    finish_process(slot_no, slot, &slot->process[bounded_index(at, KIFS_BATCH)], task->signal);
    if (slot->keep && admits_process_record(slot_no, at))
      slot->request.processes = at + 1;
  }
  at = slot->request.limits;
  if (slot->keep && slot->request.limits_fields && at < KIFS_BATCH) {
    fill_limits(&slot->limits[bounded_index(at, KIFS_BATCH)], task, slot->pid, slot->sums.runtime,
                slot->request.limits_fields, page_shift(host), &slot->scratch, slot->living != 0);
    if (compare_bounds(slot_no, KIFS_LIMITS, at) != INSIDE_BOUNDS)
      slot->request.limits = at + 1;
  }
}

#endif
