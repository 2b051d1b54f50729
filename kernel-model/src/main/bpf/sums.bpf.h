/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Figures of a process that are sums over all of its threads. */
#ifndef KIFS_SUMS_BPF_H
#define KIFS_SUMS_BPF_H

#include "fds.bpf.h"
#include "fields.bpf.h"
#include "task.bpf.h"

static __always_inline void add_io(struct kifs_sums *sums, struct task_io_accounting *io)
{
  sums->io.rchar += io->rchar;
  sums->io.wchar += io->wchar;
  sums->io.syscr += io->syscr;
  sums->io.syscw += io->syscw;
  sums->io.read += io->read_bytes;
  sums->io.write += io->write_bytes;
  sums->io.cancelled += io->cancelled_write_bytes;
}

/* The fields of PROCESS that are sums over all threads. */
#define SUMMED_IO \
  (BIT(PROCESS_RCHAR_BYTES) | BIT(PROCESS_WCHAR_BYTES) | BIT(PROCESS_SYSCR) | BIT(PROCESS_SYSCW) | \
   BIT(PROCESS_READ_BYTES) | BIT(PROCESS_WRITE_BYTES) | BIT(PROCESS_CANCELLED_WRITE_BYTES))
#define SUMMED \
  (BIT(PROCESS_UTIME_NS) | BIT(PROCESS_STIME_NS) | BIT(PROCESS_RUNTIME_NS) | \
   BIT(PROCESS_MINOR_FAULTS) | BIT(PROCESS_MAJOR_FAULTS) | SUMMED_IO)

/* Begins with the figures of the threads that have ended. */
static __always_inline void begin_sums(struct kifs_sums *sums, struct signal_struct *signal,
                                       bool with_io)
{
  sums->running = 0;
  sums->utime = signal->utime;
  sums->stime = signal->stime;
  sums->runtime = signal->sum_sched_runtime;
  sums->minor_faults = signal->min_flt;
  sums->major_faults = signal->maj_flt;
  sums->files = 0;
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
  uint64_t at = (files >> 6 ^ files >> 14) & (KIFS_FILE_TABLES - 1);
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
  sums->utime += READ(typed, task, utime);
  sums->stime += READ(typed, task, stime);
  sums->runtime += READ(typed, task, se.sum_exec_runtime) + uncounted(typed, task);
  sums->minor_faults += READ(typed, task, min_flt);
  sums->major_faults += READ(typed, task, maj_flt);
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
