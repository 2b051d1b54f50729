/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The floor for kifs: the cost of a bare task iterator that writes the figures of each task into
 * records of kifs's shapes. It has no filters, no pid namespaces and no support for other kernel
 * versions. It doesn't add up the threads of a process, and doesn't mark fields that it can't fill.
 */
#include "kernel.bpf.h"
#include "kifs.h"

union record {
  struct kifs_process process;
  struct kifs_thread thread;
};

#define COPY_IO(record, io) \
  do { \
    (record)->rchar_bytes = (io).rchar; \
    (record)->wchar_bytes = (io).wchar; \
    (record)->syscr = (io).syscr; \
    (record)->syscw = (io).syscw; \
    (record)->read_bytes = (io).read_bytes; \
    (record)->write_bytes = (io).write_bytes; \
    (record)->cancelled_write_bytes = (io).cancelled_write_bytes; \
  } while (0)

static __always_inline uint8_t letter(struct task_struct *task)
{
  uint32_t state = task->__state | task->exit_state;
  if (state & EXIT_ZOMBIE)
    return 'Z';
  if (state & TASK_UNINTERRUPTIBLE)
    return 'D';
  if (state & TASK_INTERRUPTIBLE)
    return 'S';
  return state & TASK_STOPPED ? 'T' : 'R';
}

static __always_inline int number_of(struct pid *pid)
{
  struct upid first = {};
  bpf_core_read(&first, sizeof first, &pid->numbers[0]);
  return first.nr;
}

static __always_inline uint32_t open_files(struct task_struct *task)
{
  struct files_struct *files = task->files;
  uint64_t word = 0;
  if (!files)
    return 0;
  bpf_probe_read_kernel(&word, sizeof word, files->fdt->open_fds);
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  word = word + (word >> 4) & 0x0f0f0f0f0f0f0f0f;
  return word * 0x0101010101010101 >> 56;
}

static __always_inline void fill_memory(struct kifs_process *process, struct mm_struct *mm)
{
  struct percpu_counter counters[4] = {};
  bpf_core_read(&counters, sizeof counters, &mm->rss_stat);
  process->rss_file_bytes = counters[MM_FILEPAGES].count << 12;
  process->rss_anon_bytes = counters[MM_ANONPAGES].count << 12;
  process->swap_bytes = counters[MM_SWAPENTS].count << 12;
  process->rss_shmem_bytes = counters[MM_SHMEMPAGES].count << 12;
  process->rss_bytes = process->rss_file_bytes + process->rss_anon_bytes + process->rss_shmem_bytes;
  process->rss_peak_bytes = mm->hiwater_rss << 12;
  process->vsize_bytes = mm->total_vm << 12;
}

static __always_inline void fill_process(struct kifs_process *process, struct task_struct *task)
{
  struct signal_struct *signal = task->signal;
  const struct cred *cred = task->real_cred;
  __builtin_memset(process, 0, sizeof *process);
  process->tag = KIFS_PROCESS;
  process->size = sizeof *process;
  process->pid = task->tgid;
  process->ppid = task->real_parent->tgid;
  process->pgid = number_of(signal->pids[PIDTYPE_PGID]);
  process->sid = number_of(signal->pids[PIDTYPE_SID]);
  process->uid = cred->uid.val;
  process->gid = cred->gid.val;
  process->euid = cred->euid.val;
  process->egid = cred->egid.val;
  process->state = letter(task);
  process->policy = task->policy;
  process->threads = signal->nr_threads;
  process->priority = task->prio - MAX_RT_PRIO;
  process->nice = task->static_prio - DEFAULT_PRIO;
  process->oom_score_adj = signal->oom_score_adj;
  process->task_flags = task->flags;
  process->fds = open_files(task);
  process->fd_limit = signal->rlim[RLIMIT_NOFILE].rlim_cur;
  process->start_ns = task->start_boottime;
  process->utime_ns = signal->utime + task->utime;
  process->stime_ns = signal->stime + task->stime;
  process->children_utime_ns = signal->cutime;
  process->children_stime_ns = signal->cstime;
  process->runtime_ns = signal->sum_sched_runtime + task->se.sum_exec_runtime;
  process->run_delay_ns = task->sched_info.run_delay;
  process->minor_faults = signal->min_flt + task->min_flt;
  process->major_faults = signal->maj_flt + task->maj_flt;
  process->children_minor_faults = signal->cmin_flt;
  process->children_major_faults = signal->cmaj_flt;
  process->voluntary_switches = task->nvcsw;
  process->involuntary_switches = task->nivcsw;
  if (task->mm && !(task->flags & PF_KTHREAD))
    fill_memory(process, task->mm);
  COPY_IO(process, task->ioac);
  process->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
  bpf_probe_read_kernel_str(process->comm, sizeof process->comm, task->comm);
}

static __always_inline void fill_thread(struct kifs_thread *thread, struct task_struct *task)
{
  __builtin_memset(thread, 0, sizeof *thread);
  thread->tag = KIFS_THREAD;
  thread->size = sizeof *thread;
  thread->tid = task->pid;
  thread->pid = task->tgid;
  thread->state = letter(task);
  thread->policy = task->policy;
  thread->processor = task->thread_info.cpu;
  thread->priority = task->prio - MAX_RT_PRIO;
  thread->nice = task->static_prio - DEFAULT_PRIO;
  thread->rt_priority = task->rt_priority;
  thread->utime_ns = task->utime;
  thread->stime_ns = task->stime;
  thread->runtime_ns = task->se.sum_exec_runtime;
  thread->run_delay_ns = task->sched_info.run_delay;
  thread->voluntary_switches = task->nvcsw;
  thread->involuntary_switches = task->nivcsw;
  thread->minor_faults = task->min_flt;
  thread->major_faults = task->maj_flt;
  thread->start_ns = task->start_boottime;
  thread->last_ran_ns = task->se.exec_start;
  if (!task->on_cpu && !(task->flags & PF_KTHREAD)) {
    struct pt_regs___x86 *registers = (void *)bpf_task_pt_regs((void *)task);
    bpf_core_read(&thread->syscall, sizeof thread->syscall, &registers->orig_ax);
    bpf_core_read(&thread->syscall_arg0, sizeof thread->syscall_arg0, &registers->di);
  }
  COPY_IO(thread, task->ioac);
  bpf_probe_read_kernel_str(thread->comm, sizeof thread->comm, task->comm);
}

static __always_inline int put(struct bpf_iter__task *context, bool leaders_twice)
{
  struct task_struct *task = context->task;
  union record record;
  bool leader;
  if (!task)
    return 0;
  leader = task->pid == task->tgid;
  if (leader) {
    fill_process(&record.process, task);
    bpf_seq_write(context->meta->seq, &record, sizeof record.process);
  }
  if (!leader || leaders_twice) {
    fill_thread(&record.thread, task);
    bpf_seq_write(context->meta->seq, &record, sizeof record.thread);
  }
  return 0;
}

/* A record for each task: a PROCESS for a main thread, a THREAD for the others. */
SEC("iter/task")
int tasks(struct bpf_iter__task *context)
{
  return put(context, false);
}

/* Writes the records that a bulk has: the main thread has both a PROCESS and a THREAD. */
SEC("iter/task")
int records(struct bpf_iter__task *context)
{
  return put(context, true);
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
