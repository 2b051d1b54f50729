/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a process's main thread to its PROCESS record. */
#ifndef KIFS_PROCESS_BPF_H
#define KIFS_PROCESS_BPF_H

#include "cputime.bpf.h"
#include "fds.bpf.h"
#include "fields.bpf.h"
#include "memory.bpf.h"
#include "sums.bpf.h"
#include "task.bpf.h"

/* Fields that lie together, as in thread.bpf.h. */
#define PROCESS_CREDENTIALS \
  (BIT(PROCESS_UID) | BIT(PROCESS_GID) | BIT(PROCESS_EUID) | BIT(PROCESS_EGID))
#define PROCESS_VIEWER \
  (BIT(PROCESS_CAPABILITIES) | BIT(PROCESS_VIEWER_UID) | BIT(PROCESS_VIEWER_GID))
#define PROCESS_OF_TASK \
  (BIT(PROCESS_POLICY) | BIT(PROCESS_PRIORITY) | BIT(PROCESS_NICE) | BIT(PROCESS_TASK_FLAGS) | \
   BIT(PROCESS_RUN_DELAY_NS) | BIT(PROCESS_VOLUNTARY_SWITCHES) | \
   BIT(PROCESS_INVOLUNTARY_SWITCHES))
#define PROCESS_OF_SIGNAL \
  (BIT(PROCESS_THREADS) | BIT(PROCESS_OOM_SCORE_ADJ) | BIT(PROCESS_FD_LIMIT) | \
   BIT(PROCESS_CHILDREN_UTIME_NS) | BIT(PROCESS_CHILDREN_STIME_NS) | \
   BIT(PROCESS_CHILDREN_MINOR_FAULTS) | BIT(PROCESS_CHILDREN_MAJOR_FAULTS))

static __always_inline uint64_t memory_flags(bool typed, struct mm_struct *mm)
{
  struct mm_struct___before_6_18 *old = (void *)mm;
  if (bpf_core_field_exists(mm->flags.__mm_flags))
    return READ(typed, mm, flags.__mm_flags[0]);
  return READ(typed, old, flags);
}

/* Whether the OOM killer passes over a task: its memory is that of its parent, which waits for it in
 * vfork(2), or has been given up already.
 */
static __always_inline bool is_passed_over(bool typed, struct task_struct *task,
                                           struct mm_struct *mm, volatile uint64_t *scratch)
{
  uint64_t own = ptr_to_u64(scratch, mm);
  if (memory_flags(typed, mm) >> MMF_OOM_SKIP & 1)
    return true;
  return ptr_to_u64(scratch, READ(typed, task, vfork_done)) &&
         (uint64_t)BPF_CORE_READ(task, real_parent, mm) == own;
}

/* The score as the OOM killer computes it and /proc rounds it. */
static __always_inline uint16_t oom_score(const struct kifs_request *request, uint64_t pages,
                                          int16_t adjustment, bool killable)
{
  int64_t total = request->total_pages;
  int64_t points;
  if (!killable || total <= 0 || adjustment == OOM_SCORE_ADJ_MIN)
    return 0;
  points =
      (int64_t)pages + (total < 1000 ? 0 : (int64_t)adjustment * (int64_t)((uint64_t)total / 1000));
  /* BPF has no signed division before -mcpu=v4: the absolute value is divided. */
  if (points < 0)
    points = -(int64_t)((uint64_t)-points * 1000 / (uint64_t)total);
  else
    points = (uint64_t)points * 1000 / (uint64_t)total;
  points += 1000;
  return points <= 0 ? 0 : (uint64_t)points * 2 / 3;
}

/* Fields of what a process holds. All of its threads have it in common until they end. */
#define PROCESS_MEMORY \
  (BIT(PROCESS_VSIZE_BYTES) | BIT(PROCESS_RSS_BYTES) | BIT(PROCESS_RSS_ANON_BYTES) | \
   BIT(PROCESS_RSS_FILE_BYTES) | BIT(PROCESS_RSS_SHMEM_BYTES) | BIT(PROCESS_RSS_PEAK_BYTES) | \
   BIT(PROCESS_SWAP_BYTES) | BIT(PROCESS_OOM_SCORE) | BIT(PROCESS_RSS_HUGE_BYTES))

/* Fills the fields of memory from one of the process's threads. Returns `filled` with their bits.
 */
static __always_inline uint64_t fill_memory(bool typed, struct kifs_process *process,
                                            const struct kifs_request *request,
                                            struct task_struct *task, uint64_t page_shift,
                                            volatile uint64_t *scratch, uint64_t filled)
{
  uint64_t wanted = request->process_fields;
  struct signal_struct *signal = READ(typed, task, signal);
  struct mm_struct *mm = READ(typed, task, mm);
  struct rss rss_by_kind = {};
  uint64_t anon = 0, file = 0, shmem = 0, swap = 0, peak = 0, size = 0, tables = 0, huge = 0;
  bool passed_over = false;
  if (mm && !(READ(typed, task, flags) & PF_KTHREAD)) {
    uint64_t address = ptr_to_u64(scratch, mm);
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
    peak = READ(typed, mm, hiwater_rss);
    size = READ(typed, mm, total_vm);
    tables = READ(typed, mm, pgtables_bytes.counter) >> page_shift;
    if (bpf_core_field_exists(mm->hugetlb_usage))
      huge = READ(typed, mm, hugetlb_usage.counter);
    if (wanted & BIT(PROCESS_OOM_SCORE))
      passed_over = is_passed_over(typed, task, mm, scratch);
    /* The mm_struct may have been freed meanwhile, if the process ended or executed a program. */
    if (READ(typed, task, mm) != mm) {
      anon = file = shmem = swap = peak = size = tables = huge = 0;
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
  if (bpf_core_field_exists(mm->hugetlb_usage))
    PUT(process, rss_huge_bytes, PROCESS_RSS_HUGE_BYTES, huge << page_shift);
  PUT(process, oom_score, PROCESS_OOM_SCORE,
      oom_score(request, rss + swap + tables, READ(typed, signal, oom_score_adj),
                size && !passed_over && READ(typed, task, tgid) != 1));
  return filled;
}

/* Fills the fields of what the process holds from one of its threads. Returns `filled` with their
 * bits.
 */
static __always_inline uint64_t fill_held(bool typed, struct kifs_process *process,
                                          struct kifs_sums *sums,
                                          const struct kifs_request *request,
                                          struct task_struct *task, uint64_t page_shift,
                                          volatile uint64_t *scratch, uint64_t filled)
{
  uint64_t wanted = request->process_fields;
  if (wanted & BIT(PROCESS_CGROUP_ID))
    PUT(process, cgroup_id, PROCESS_CGROUP_ID,
        typed ? task->cgroups->dfl_cgrp->kn->id : BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id));
  if (wanted & BIT(PROCESS_FDS)) {
    struct files_struct *files = READ(typed, task, files);
    uint32_t fds;
    sums->files = ptr_to_u64(scratch, files);
    fds = files ? open_files(sums->files) : 0;
    if (READ(typed, task, files) != files)
      fds = 0;
    if (fds != UINT32_MAX)
      PUT(process, fds, PROCESS_FDS, fds);
    else
      filled &= ~BIT(PROCESS_FDS);
  }
  if (wanted & PROCESS_MEMORY)
    filled = fill_memory(typed, process, request, task, page_shift, scratch, filled);
  return filled;
}

/* Whether the kernel lets the owner of a process read its memory. A zombie's files in /proc belong
 * to root.
 */
static __always_inline bool is_dumpable(struct mm_struct *mm)
{
  return mm && (memory_flags(true, mm) & MMF_DUMPABLE_MASK) == SUID_DUMP_USER;
}

/* Fills the fields that say who may see the guarded fields: see ViewerReader.java, which finds the
 * same out through /proc. Returns `filled` with their bits.
 */
static __always_inline uint64_t fill_viewer(struct kifs_process *process,
                                            const struct kifs_request *request,
                                            struct task_struct *task, uint64_t user_ns,
                                            volatile uint64_t *scratch, uint64_t filled)
{
  uint64_t wanted = request->process_fields;
  const struct cred *cred = task->real_cred;
  uint64_t capabilities = 0;
  uint32_t uid = cred->uid.val, gid = cred->gid.val;
  bool seen = uid && uid == cred->euid.val && uid == cred->suid.val && gid == cred->egid.val &&
              gid == cred->sgid.val && ptr_to_u64(scratch, cred->user_ns) == user_ns &&
              is_dumpable(task->mm);
  bpf_probe_read_kernel(&capabilities, sizeof capabilities,
                        __builtin_preserve_access_index(&cred->cap_permitted));
  PUT(process, capabilities, PROCESS_CAPABILITIES, capabilities);
  PUT(process, viewer_uid, PROCESS_VIEWER_UID, seen ? uid : UINT32_MAX);
  PUT(process, viewer_gid, PROCESS_VIEWER_GID, seen ? gid : UINT32_MAX);
  return filled;
}

/* Fills everything but the sums over threads. Returns the mask of the fields that were filled. */
static __always_inline uint64_t fill_process(struct kifs_process *process, struct kifs_sums *sums,
                                             const struct kifs_request *request,
                                             struct task_struct *task, int pid, uint8_t state,
                                             uint64_t page_shift, uint64_t user_ns,
                                             volatile uint64_t *scratch)
{
  uint64_t wanted = request->process_fields | BIT(PROCESS_PID);
  uint64_t filled = 0;
  struct signal_struct *signal = task->signal;
  __builtin_memset(process, 0, sizeof *process);
  process->tag = KIFS_PROCESS;
  process->size = sizeof *process;
  PUT(process, pid, PROCESS_PID, pid);
  PUT(process, state, PROCESS_STATE, state);
  PUT(process, start_ns, PROCESS_START_NS, in_daemon_time(task->start_boottime));
  if (wanted & (BIT(PROCESS_PPID) | BIT(PROCESS_PGID) | BIT(PROCESS_SID))) {
    /* pid_nr_in_daemon_ns(0) is 0: an id that is not wanted is masked to a null pointer and not
     * looked up.
     */
    uint64_t parent = ptr_to_u64(scratch, task->real_parent->group_leader->thread_pid);
    uint64_t group = ptr_to_u64(scratch, signal->pids[PIDTYPE_PGID]);
    uint64_t session = ptr_to_u64(scratch, signal->pids[PIDTYPE_SID]);
    PUT(process, ppid, PROCESS_PPID, pid_nr_in_daemon_ns(parent & MASK(wanted, PROCESS_PPID)));
    PUT(process, pgid, PROCESS_PGID, pid_nr_in_daemon_ns(group & MASK(wanted, PROCESS_PGID)));
    PUT(process, sid, PROCESS_SID, pid_nr_in_daemon_ns(session & MASK(wanted, PROCESS_SID)));
  }
  if (wanted & PROCESS_CREDENTIALS) {
    const struct cred *cred = task->real_cred;
    PUT(process, uid, PROCESS_UID, cred->uid.val);
    PUT(process, gid, PROCESS_GID, cred->gid.val);
    PUT(process, euid, PROCESS_EUID, cred->euid.val);
    PUT(process, egid, PROCESS_EGID, cred->egid.val);
  }
  if (wanted & PROCESS_VIEWER)
    filled = fill_viewer(process, request, task, user_ns, scratch, filled);
  if (wanted & PROCESS_OF_TASK) {
    PUT(process, policy, PROCESS_POLICY, task->policy);
    PUT(process, priority, PROCESS_PRIORITY, task->prio - MAX_RT_PRIO);
    PUT(process, nice, PROCESS_NICE, task->static_prio - DEFAULT_PRIO);
    PUT(process, task_flags, PROCESS_TASK_FLAGS, task->flags);
    PUT(process, run_delay_ns, PROCESS_RUN_DELAY_NS, task->sched_info.run_delay);
    PUT(process, voluntary_switches, PROCESS_VOLUNTARY_SWITCHES, task->nvcsw);
    PUT(process, involuntary_switches, PROCESS_INVOLUNTARY_SWITCHES, task->nivcsw);
  }
  if (wanted & PROCESS_OF_SIGNAL) {
    PUT(process, threads, PROCESS_THREADS, signal->nr_threads);
    PUT(process, oom_score_adj, PROCESS_OOM_SCORE_ADJ, signal->oom_score_adj);
    PUT(process, fd_limit, PROCESS_FD_LIMIT, signal->rlim[RLIMIT_NOFILE].rlim_cur);
    PUT(process, children_utime_ns, PROCESS_CHILDREN_UTIME_NS, signal->cutime);
    PUT(process, children_stime_ns, PROCESS_CHILDREN_STIME_NS, signal->cstime);
    PUT(process, children_minor_faults, PROCESS_CHILDREN_MINOR_FAULTS, signal->cmin_flt);
    PUT(process, children_major_faults, PROCESS_CHILDREN_MAJOR_FAULTS, signal->cmaj_flt);
  }
  if (wanted & BIT(PROCESS_COMM)) {
    bpf_probe_read_kernel_str(process->comm, sizeof process->comm, task->comm);
    filled |= BIT(PROCESS_COMM);
  }
  return fill_held(true, process, sums, request, task, page_shift, scratch, filled);
}

/* Fills the sums over threads, which completes a PROCESS. */
static __always_inline void finish_process(uint32_t slot_no, struct kifs_slot *slot,
                                           struct kifs_process *process,
                                           struct signal_struct *signal)
{
  uint64_t wanted = slot->request.process_fields | BIT(PROCESS_PID);
  uint64_t filled = slot->filled;
  const struct kifs_sums *sums = &slot->sums;
  if (slot->partial)
    process->flags |= KIFS_INCOMPLETE;
  /* If neither is wanted, the sums lack the threads that live. */
  if (wanted & (BIT(PROCESS_UTIME_NS) | BIT(PROCESS_STIME_NS))) {
    note_proc_times(slot, signal->prev_cputime.utime, signal->prev_cputime.stime);
    split_runtime(slot_no, sums->utime, sums->stime, sums->runtime);
    PUT(process, utime_ns, PROCESS_UTIME_NS, slot->times.utime);
    PUT(process, stime_ns, PROCESS_STIME_NS, slot->times.stime);
  }
  PUT(process, runtime_ns, PROCESS_RUNTIME_NS, sums->runtime);
  PUT(process, minor_faults, PROCESS_MINOR_FAULTS, sums->minor_faults);
  PUT(process, major_faults, PROCESS_MAJOR_FAULTS, sums->major_faults);
  PUT_IO(process, PROCESS, sums->io, read, write, cancelled);
  if (wanted & filled & BIT(PROCESS_FDS)) {
    uint64_t fds = process->fds + sums->fds;
    process->fds = fds;
    if (fds >= UINT32_MAX) {
      process->fds = 0;
      filled &= ~BIT(PROCESS_FDS);
    }
  }
  process->absent = ALL(PROCESS) & ~(filled & wanted);
}

#endif
