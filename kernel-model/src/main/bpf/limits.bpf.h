/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* From a process's main thread to its LIMITS record. */
#ifndef KIFS_LIMITS_BPF_H
#define KIFS_LIMITS_BPF_H

#include "fds.bpf.h"
#include "fields.bpf.h"
#include "memory.bpf.h"
#include "task.bpf.h"

/* How much the process's user has of something that is limited. `which` is its index in ucounts. */
static __always_inline uint64_t ucount(struct ucounts *ucounts, uint64_t which)
{
  int64_t counted = 0;
  bpf_probe_read_kernel(&counted, sizeof counted,
                        (char *)__builtin_preserve_access_index(&ucounts->rlimit[0]) +
                            which * sizeof counted);
  return counted;
}

static __always_inline uint64_t pending_signals(const struct cred *cred)
{
  return bpf_core_field_exists(cred->ucounts)
             ? ucount(cred->ucounts,
                      bpf_core_enum_value(enum rlimit_type, UCOUNT_RLIMIT_SIGPENDING))
             : ((struct cred___before_5_14 *)cred)->user->sigpending.counter;
}

static __always_inline uint64_t threads_of_user(const struct cred *cred)
{
  return bpf_core_field_exists(cred->ucounts)
             ? ucount(cred->ucounts, bpf_core_enum_value(enum rlimit_type, UCOUNT_RLIMIT_NPROC))
             : ((struct cred___before_5_14 *)cred)->user->processes.counter;
}

/* Fills how much of its memory and files a process uses, from one of its threads. Returns `filled`
 * with the bits of these fields.
 */
static __always_inline uint64_t fill_limited(bool typed, struct kifs_limits *limits,
                                             struct task_struct *task, uint64_t wanted,
                                             uint64_t page_shift, volatile uint64_t *scratch,
                                             uint64_t filled)
{
  uint64_t anon = 0, file = 0, shmem = 0, size = 0, locked = 0, data = 0, stack = 0;
  struct mm_struct *mm = READ(typed, task, mm);
  if (mm && !(READ(typed, task, flags) & PF_KTHREAD)) {
    uint64_t address = ptr_to_u64(scratch, mm);
    if (wanted & BIT(LIMITS_RSS_USED_BYTES)) {
      anon = rss_pages(address, MM_ANONPAGES);
      file = rss_pages(address, MM_FILEPAGES);
      shmem = rss_pages(address, MM_SHMEMPAGES);
    }
    size = READ(typed, mm, total_vm);
    locked = READ(typed, mm, locked_vm);
    data = READ(typed, mm, data_vm);
    stack = READ(typed, mm, stack_vm);
    if (READ(typed, task, mm) != mm)
      anon = file = shmem = size = locked = data = stack = 0;
  }
  PUT(limits, data_used_bytes, LIMITS_DATA_USED_BYTES, data << page_shift);
  PUT(limits, stack_used_bytes, LIMITS_STACK_USED_BYTES, stack << page_shift);
  PUT(limits, rss_used_bytes, LIMITS_RSS_USED_BYTES, (anon + file + shmem) << page_shift);
  PUT(limits, memlock_used_bytes, LIMITS_MEMLOCK_USED_BYTES, locked << page_shift);
  PUT(limits, as_used_bytes, LIMITS_AS_USED_BYTES, size << page_shift);
  if (wanted & BIT(LIMITS_NOFILE_USED)) {
    struct files_struct *files = READ(typed, task, files);
    uint32_t fds = files ? open_files(ptr_to_u64(scratch, files)) : 0;
    if (fds != UINT32_MAX)
      PUT(limits, nofile_used, LIMITS_NOFILE_USED, READ(typed, task, files) == files ? fds : 0);
    else
      filled &= ~BIT(LIMITS_NOFILE_USED);
  }
  return filled;
}

/* The record has the limits as the kernel's array has them: soft and hard in turns. `living`: the
 * record has been begun by fill_limited() with a living thread, and `absent` is the mask of the
 * fields that were not filled.
 */
static __always_inline void fill_limits(struct kifs_limits *limits, struct task_struct *task,
                                        int pid, uint64_t runtime, uint64_t wanted,
                                        uint64_t page_shift, volatile uint64_t *scratch,
                                        bool living)
{
  uint64_t filled = living ? ~limits->absent : 0;
  uint64_t *values = &limits->cpu_soft_s;
  if (!living)
    __builtin_memset(limits, 0, sizeof *limits);
  limits->tag = KIFS_LIMITS;
  limits->size = sizeof *limits;
  limits->pid = pid;
  wanted |= BIT(LIMITS_PID);
  filled |= BIT(LIMITS_PID);
  bpf_probe_read_kernel(values, KIFS_RLIMITS * sizeof(struct rlimit), task->signal->rlim);
  for (uint32_t i = 0; i < 2 * KIFS_RLIMITS; i++) {
    values[i] &= -(wanted >> (KIFS_LIMITS_CPU_SOFT_S + i) & 1);
    filled |= 1ULL << (KIFS_LIMITS_CPU_SOFT_S + i);
  }
  PUT(limits, start_ns, LIMITS_START_NS, in_daemon_time(task->start_boottime));
  PUT(limits, cpu_used_ns, LIMITS_CPU_USED_NS, runtime);
  PUT(limits, sigpending_used, LIMITS_SIGPENDING_USED, pending_signals(task->real_cred));
  PUT(limits, nproc_used, LIMITS_NPROC_USED, threads_of_user(task->real_cred));
  if (!living)
    filled = fill_limited(true, limits, task, wanted, page_shift, scratch, filled);
  limits->absent = ALL(LIMITS) & ~(filled & wanted);
}

#endif
