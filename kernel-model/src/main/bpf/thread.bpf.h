/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a task to its THREAD record. */
#ifndef KIFS_THREAD_BPF_H
#define KIFS_THREAD_BPF_H

#include "cputime.bpf.h"
#include "fields.bpf.h"
#include "sums.bpf.h"
#include "task.bpf.h"

/* Fields that lie together in the task. They are read if any of them is wanted, since most tasks
 * are in no cache of the CPU.
 */
#define THREAD_SCHEDULED \
  (BIT(THREAD_POLICY) | BIT(THREAD_PROCESSOR) | BIT(THREAD_PRIORITY) | BIT(THREAD_NICE) | \
   BIT(THREAD_RT_PRIORITY))
#define THREAD_COUNTED \
  (BIT(THREAD_VOLUNTARY_SWITCHES) | BIT(THREAD_INVOLUNTARY_SWITCHES) | BIT(THREAD_MINOR_FAULTS) | \
   BIT(THREAD_MAJOR_FAULTS))
#define THREAD_IO \
  (BIT(THREAD_RCHAR_BYTES) | BIT(THREAD_WCHAR_BYTES) | BIT(THREAD_SYSCR) | BIT(THREAD_SYSCW) | \
   BIT(THREAD_READ_BYTES) | BIT(THREAD_WRITE_BYTES) | BIT(THREAD_CANCELLED_WRITE_BYTES))

static __always_inline void fill_thread(bool typed, uint32_t slot_no, struct kifs_slot *slot,
                                        struct kifs_thread *thread, struct task_struct *task,
                                        uint64_t registers, int tid, uint8_t state)
{
  uint64_t wanted = slot->request.thread_fields;
  uint64_t filled = 0;
  struct task_io_accounting copied = {};
  const struct task_io_accounting *io = typed ? &task->ioac : &copied;
  uint64_t runtime = READ(typed, task, se.sum_exec_runtime);
  __builtin_memset(thread, 0, sizeof *thread);
  thread->tag = KIFS_THREAD;
  thread->size = sizeof *thread;
  wanted |= BIT(THREAD_TID) | BIT(THREAD_PID);
  PUT(thread, tid, THREAD_TID, tid);
  PUT(thread, pid, THREAD_PID, slot->pid);
  PUT(thread, state, THREAD_STATE, state);
  PUT(thread, start_ns, THREAD_START_NS, in_daemon_time(READ(typed, task, start_boottime)));
  if (wanted & THREAD_SCHEDULED) {
    PUT(thread, policy, THREAD_POLICY, READ(typed, task, policy));
    PUT(thread, processor, THREAD_PROCESSOR, task_cpu(typed, task));
    PUT(thread, priority, THREAD_PRIORITY, READ(typed, task, prio) - MAX_RT_PRIO);
    PUT(thread, nice, THREAD_NICE, READ(typed, task, static_prio) - DEFAULT_PRIO);
    PUT(thread, rt_priority, THREAD_RT_PRIORITY, READ(typed, task, rt_priority));
  }
  if (wanted & (BIT(THREAD_UTIME_NS) | BIT(THREAD_STIME_NS))) {
    note_proc_times(slot, READ(typed, task, prev_cputime.utime),
                    READ(typed, task, prev_cputime.stime));
    split_runtime(slot_no, READ(typed, task, utime), READ(typed, task, stime), runtime);
    PUT(thread, utime_ns, THREAD_UTIME_NS, slot->times.utime);
    PUT(thread, stime_ns, THREAD_STIME_NS, slot->times.stime);
  }
  PUT(thread, runtime_ns, THREAD_RUNTIME_NS, runtime);
  PUT(thread, run_delay_ns, THREAD_RUN_DELAY_NS, READ(typed, task, sched_info.run_delay));
  if (wanted & THREAD_COUNTED) {
    PUT(thread, voluntary_switches, THREAD_VOLUNTARY_SWITCHES, READ(typed, task, nvcsw));
    PUT(thread, involuntary_switches, THREAD_INVOLUNTARY_SWITCHES, READ(typed, task, nivcsw));
    PUT(thread, minor_faults, THREAD_MINOR_FAULTS, READ(typed, task, min_flt));
    PUT(thread, major_faults, THREAD_MAJOR_FAULTS, READ(typed, task, maj_flt));
  }
  if (wanted & (BIT(THREAD_UID) | BIT(THREAD_EUID))) {
    const struct cred *cred = READ(typed, task, real_cred);
    PUT(thread, uid, THREAD_UID, READ(typed, cred, uid.val));
    PUT(thread, euid, THREAD_EUID, READ(typed, cred, euid.val));
  }
  if (wanted & BIT(THREAD_LAST_RAN_NS)) {
    uint64_t ran = ran_at(task_cpu(typed, task), READ(typed, task, se.exec_start));
    if (ran)
      PUT(thread, last_ran_ns, THREAD_LAST_RAN_NS, ran);
  }
  if (wanted & (BIT(THREAD_SYSCALL) | BIT(THREAD_SYSCALL_ARG0))) {
    int64_t number = -1;
    uint64_t first = 0;
    if (blocked_call(typed, task, registers, &number, &first)) {
      PUT(thread, syscall, THREAD_SYSCALL, number);
      if (number >= 0)
        PUT(thread, syscall_arg0, THREAD_SYSCALL_ARG0, first);
    }
  }
  if (wanted & THREAD_IO) {
    if (!typed)
      bpf_core_read(&copied, sizeof copied, &task->ioac);
    PUT_IO(thread, THREAD, *io, read_bytes, write_bytes, cancelled_write_bytes);
  }
  if (wanted & BIT(THREAD_COMM)) {
    bpf_probe_read_kernel_str(thread->comm, sizeof thread->comm, task->comm);
    filled |= BIT(THREAD_COMM);
  }
  thread->absent = ALL(THREAD) & ~(filled & wanted);
}

#endif
