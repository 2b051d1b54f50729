/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Memory of processes, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_MM_BPF_H
#define KIFS_KERNEL_MM_BPF_H

#include "kernel_base.bpf.h"
#include "kernel_vfs.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct percpu_counter {
  int64_t count;
  int32_t *counters;
};

/* Linux 6.2 made each count a percpu_counter (f1a7941243c1). */
struct mm_rss_stat {
  struct atomic64 count[4];
};

struct mm_struct___before_6_2 {
  struct mm_rss_stat rss_stat;
};

/* Linux 6.18 made the flags a bitmap (4af6600fcdeb). */
struct mm_struct___before_6_18 {
  unsigned long flags;
};

struct mm_flags {
  unsigned long __mm_flags[1];
};

struct mm_struct {
  struct mm_flags flags;
  struct atomic mm_users;
  unsigned long hiwater_rss;
  unsigned long total_vm, locked_vm, data_vm, stack_vm;
  unsigned long arg_start, arg_end;
  struct atomic64 pgtables_bytes;
  struct percpu_counter rss_stat[4];
  struct atomic_long hugetlb_usage; /* pages; only where the kernel has hugetlbfs */
  struct file *exe_file;
  struct task_struct *owner;
};

struct vm_area_struct {
  unsigned long vm_start, vm_end;
  unsigned long vm_flags;
  unsigned long vm_pgoff;
  struct file *vm_file;
  void *vm_ops;
  void *anon_vma;
};

#pragma clang attribute pop

/* Indexes into mm_struct.rss_stat. */
enum {
  MM_FILEPAGES = 0,
  MM_ANONPAGES = 1,
  MM_SWAPENTS = 2,
  MM_SHMEMPAGES = 3,
};

/* Flags of mm_struct.flags, as in linux/mm_types.h: the lowest bits say who may dump the memory. */
enum {
  MMF_DUMPABLE_MASK = 3,
  SUID_DUMP_USER = 1, /* the owner of the process may */
  MMF_OOM_SKIP = 21, /* the OOM killer has given the memory up */
};

enum { OOM_SCORE_ADJ_MIN = -1000 }; /* as in linux/oom.h */

/* A flag of vm_area_struct.vm_flags, as in linux/mm.h: mapped with MAP_SHARED, whether or not it
 * can be written. /proc/[pid]/maps shows it as `s`.
 */
enum { VM_MAYSHARE = 0x80 };

#endif
