/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Figures of a process that are sums over all of its threads. */
#ifndef KIFS_SUMS_BPF_H
#define KIFS_SUMS_BPF_H

#include "fds.bpf.h"
#include "fields.bpf.h"
#include "task.bpf.h"

/* Adds to a sum, which stays UINT64_MAX where it doesn't fit. */
static __always_inline void add_to(uint64_t *sum, uint64_t value)
{
  *sum = value > UINT64_MAX - *sum ? UINT64_MAX : *sum + value;
}

static __always_inline void add_io(struct kifs_sums *sums, struct task_io_accounting *io)
{
  add_to(&sums->io.rchar, io->rchar);
  add_to(&sums->io.wchar, io->wchar);
  add_to(&sums->io.syscr, io->syscr);
  add_to(&sums->io.syscw, io->syscw);
  add_to(&sums->io.read, io->read_bytes);
  add_to(&sums->io.write, io->write_bytes);
  add_to(&sums->io.cancelled, io->cancelled_write_bytes);
}

/* The fields of PROCESS that are sums over all threads. */
#define SUMMED_IO \
  (BIT(PROCESS_RCHAR_BYTES) | BIT(PROCESS_WCHAR_BYTES) | BIT(PROCESS_SYSCR) | BIT(PROCESS_SYSCW) | \
   BIT(PROCESS_READ_BYTES) | BIT(PROCESS_WRITE_BYTES) | BIT(PROCESS_CANCELLED_WRITE_BYTES))
#define SUMMED \
  (BIT(PROCESS_UTIME_NS) | BIT(PROCESS_STIME_NS) | BIT(PROCESS_RUNTIME_NS) | \
   BIT(PROCESS_MINOR_FAULTS) | BIT(PROCESS_MAJOR_FAULTS) | SUMMED_IO)

/* Changes when a thread of the process ends and its figures are added to the process's. It is odd
 * while that happens. If it changes while threads are added up, the sums may lack such a thread: it
 * was in the list of threads no more, and not yet in the figures of those that have ended.
 */
static __always_inline uint32_t ended_threads(struct task_struct *leader)
{
  return leader->signal->stats_lock.seqcount.seqcount.sequence;
}

/* Begins with the figures of the threads that have ended. What the process shares stays known. */
static __always_inline void begin_sums(struct kifs_sums *sums, struct signal_struct *signal,
                                       bool with_io)
{
  sums->running = 0;
  sums->utime = signal->utime;
  sums->stime = signal->stime;
  sums->runtime = signal->sum_sched_runtime;
  sums->minor_faults = signal->min_flt;
  sums->major_faults = signal->maj_flt;
  sums->fds = 0;
  sums->process++;
  __builtin_memset(&sums->io, 0, sizeof sums->io);
  if (with_io)
    add_io(sums, &signal->ioac);
}

/* Counts the fds of a thread that has a file table of its own. Threads may share such a table, so
 * the last ones that were counted are remembered.
 */
static __always_inline void add_files(struct kifs_sums *sums, uint64_t files)
{
  uint32_t at = address_index(files, KIFS_FILE_TABLES);
  if (!files || files == sums->files ||
      (sums->table[at].files == files && sums->table[at].process == sums->process))
    return;
  sums->table[at].files = files;
  sums->table[at].process = sums->process;
  sums->fds += open_files(files);
}

static __always_inline void add_thread(bool typed, struct kifs_sums *sums, struct task_struct *task,
                                       bool with_io)
{
  struct task_io_accounting io;
  sums->running += READ(typed, task, on_cpu) != 0;
  add_to(&sums->utime, READ(typed, task, utime));
  add_to(&sums->stime, READ(typed, task, stime));
  add_to(&sums->runtime, READ(typed, task, se.sum_exec_runtime));
  add_to(&sums->minor_faults, READ(typed, task, min_flt));
  add_to(&sums->major_faults, READ(typed, task, maj_flt));
  if (!with_io)
    return;
  if (typed)
    add_io(sums, &task->ioac);
  else if (!bpf_core_read(&io, sizeof io, &task->ioac))
    add_io(sums, &io);
}

#define PUT_IO(record, type, io, read_, write_, cancelled_) \
  do { \
    PUT(record, rchar_bytes, type##_RCHAR_BYTES, (io).rchar); \
    PUT(record, wchar_bytes, type##_WCHAR_BYTES, (io).wchar); \
    PUT(record, syscr, type##_SYSCR, (io).syscr); \
    PUT(record, syscw, type##_SYSCW, (io).syscw); \
    PUT(record, read_bytes, type##_READ_BYTES, (io).read_); \
    PUT(record, write_bytes, type##_WRITE_BYTES, (io).write_); \
    PUT(record, cancelled_write_bytes, type##_CANCELLED_WRITE_BYTES, (io).cancelled_); \
  } while (0)

#endif
