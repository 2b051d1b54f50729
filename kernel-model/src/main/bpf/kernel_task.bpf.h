/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Threads and processes, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_TASK_BPF_H
#define KIFS_KERNEL_TASK_BPF_H

#include <asm-generic/resource.h>

#include "kernel_base.bpf.h"
#include "kernel_mm.bpf.h"
#include "kernel_vfs.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct kuid {
  uint32_t val;
};

struct kgid {
  uint32_t val;
};

struct ns_common {
  unsigned int inum;
};

struct ipc_namespace {
  struct ns_common ns;
};

struct nsproxy {
  struct ipc_namespace *ipc_ns;
};

struct pid_namespace;

struct upid {
  int nr;
  struct pid_namespace *ns;
};

struct pid {
  unsigned int level;
  struct upid numbers[1];
};

/* Indexes into ucounts.rlimit. The loader fills in the values of the running kernel. */
enum rlimit_type {
  UCOUNT_RLIMIT_NPROC = 0,
  UCOUNT_RLIMIT_SIGPENDING = 2,
};

/* Counts since Linux 5.14 what RLIMIT_NPROC (21d1c5e386bc) and RLIMIT_SIGPENDING (d64696905554)
 * limit. The member has this name since Linux 6.1 (de399236e240).
 */
struct ucounts {
  struct atomic_long rlimit[4];
};

/* Counted that before Linux 5.14. */
struct user_struct___before_5_14 {
  struct atomic processes;
  struct atomic sigpending;
};

struct user_namespace;

/* A mask of 64 bits. Its member is an array before Linux 6.3 (f122a08b197d). */
struct kernel_capabilities {
  uint64_t val;
};

struct cred {
  struct kuid uid, suid, euid;
  struct kgid gid, sgid, egid;
  struct kernel_capabilities cap_permitted;
  struct user_namespace *user_ns;
  struct ucounts *ucounts;
};

struct cred___before_5_14 {
  struct user_struct___before_5_14 *user;
};

struct prev_cputime {
  uint64_t utime, stime;
};

struct sched_entity {
  uint64_t exec_start;
  uint64_t sum_exec_runtime;
};

struct sched_info {
  unsigned long long run_delay;
};

struct task_io_accounting {
  uint64_t rchar, wchar, syscr, syscw, read_bytes, write_bytes, cancelled_write_bytes;
};

struct kernfs_node {
  uint64_t id;
};

struct cgroup {
  struct kernfs_node *kn;
};

struct css_set {
  struct cgroup *dfl_cgrp;
};

struct rlimit {
  unsigned long rlim_cur, rlim_max;
};

struct seqcount {
  unsigned int sequence;
};

struct seqcount_spinlock {
  struct seqcount seqcount;
};

struct seqlock {
  struct seqcount_spinlock seqcount;
};

struct signal_struct {
  struct atomic live;
  int nr_threads;
  unsigned int flags;
  int group_exit_code;
  struct list_head thread_head;
  struct pid *pids[4];
  struct seqlock stats_lock;
  uint64_t utime, stime, cutime, cstime;
  struct prev_cputime prev_cputime;
  unsigned long min_flt, maj_flt, cmin_flt, cmaj_flt;
  struct task_io_accounting ioac;
  unsigned long long sum_sched_runtime;
  struct rlimit rlim[16];
  int16_t oom_score_adj;
};

struct thread_info {
  uint32_t status;
  uint32_t cpu;
};

struct task_struct {
  struct thread_info thread_info;
  unsigned int __state;
  void *stack;
  unsigned int flags;
  int on_cpu;
  int prio, static_prio;
  unsigned int rt_priority;
  struct sched_entity se;
  unsigned int policy;
  struct sched_info sched_info;
  struct mm_struct *mm;
  int exit_state;
  int exit_code;
  int exit_signal;
  int pid, tgid;
  struct task_struct *real_parent;
  struct task_struct *group_leader;
  struct pid *thread_pid;
  struct list_head thread_node;
  void *vfork_done;
  uint64_t utime, stime;
  struct prev_cputime prev_cputime;
  unsigned long nvcsw, nivcsw;
  uint64_t start_boottime;
  unsigned long min_flt, maj_flt;
  const struct cred *real_cred, *cred;
  char comm[16];
  struct fs_struct *fs;
  struct files_struct *files;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  struct task_io_accounting ioac;
  struct css_set *cgroups;
};

/* Linux 5.14 renamed it to __state (2f064a59a11f). */
struct task_struct___before_5_14 {
  long state;
};

/* Linux 5.16 moved it into thread_info (bcf9033e5449), where some architectures had it before. */
struct task_struct___before_5_16 {
  unsigned int cpu;
};

/* The registers at the beginning of a system call, on x86-64 and on aarch64. */
struct pt_regs___x86 {
  unsigned long r8, r9, r10, dx, si, di, orig_ax, ip, sp;
};

struct pt_regs___arm64 {
  uint64_t regs[31];
  uint64_t sp, pc;
  uint64_t orig_x0;
  int32_t syscallno;
};

#pragma clang attribute pop

enum {
  PF_KTHREAD = 0x200000, /* a flag of task_struct.flags */
  SIGNAL_GROUP_EXIT = 4, /* a flag of signal_struct.flags */
  /* See linux/sched/prio.h. */
  MAX_RT_PRIO = 100,
  DEFAULT_PRIO = 120,
  /* Values of __state and exit_state, as in linux/sched.h. */
  TASK_INTERRUPTIBLE = 0x1,
  TASK_UNINTERRUPTIBLE = 0x2,
  TASK_STOPPED = 0x4, /* __TASK_STOPPED */
  TASK_TRACED = 0x8, /* __TASK_TRACED */
  EXIT_DEAD = 0x10,
  EXIT_ZOMBIE = 0x20,
  TASK_PARKED = 0x40,
  TASK_REPORT = 0x7f, /* all of the above */
  TASK_IDLE = TASK_UNINTERRUPTIBLE | 0x400, /* with TASK_NOLOAD */
  TASK_RTLOCK_WAIT = 0x1000, /* since Linux 5.15 (5f220be21418) */
  TASK_FROZEN = 0x8000, /* since Linux 6.1 (f5d39b020809) */
  /* Indexes into signal_struct.pids. */
  PIDTYPE_PGID = 2,
  PIDTYPE_SID = 3,
};

#endif
