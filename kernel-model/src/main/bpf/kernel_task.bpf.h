/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Threads and processes, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_TASK_BPF_H
#define KIFS_KERNEL_TASK_BPF_H

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

enum rlimit_type {
  UCOUNT_RLIMIT_NPROC = 0,
  UCOUNT_RLIMIT_SIGPENDING = 2,
};

/* From Linux 5.14 on what counts against a user's limits is counted here. */
struct ucounts {
  struct atomic_long rlimit[4];
};

struct user_struct___before_5_14 {
  struct atomic processes;
  struct atomic sigpending;
};

struct cred {
  struct kuid uid, euid;
  struct kgid gid, egid;
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

struct signal_struct {
  struct atomic live;
  int nr_threads;
  unsigned int flags;
  int group_exit_code;
  struct list_head thread_head;
  struct pid *pids[4];
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
  uint64_t utime, stime;
  struct prev_cputime prev_cputime;
  unsigned long nvcsw, nivcsw;
  uint64_t start_boottime;
  unsigned long min_flt, maj_flt;
  const struct cred *real_cred;
  char comm[16];
  struct fs_struct *fs;
  struct files_struct *files;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  struct task_io_accounting ioac;
  struct css_set *cgroups;
};

/* Up to Linux 5.13. */
struct task_struct___before_5_14 {
  long state;
};

/* Up to Linux 5.15, on most processors. */
struct task_struct___before_5_16 {
  unsigned int cpu;
};

/* What a system call found in the registers, on either processor. */
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
  PF_KTHREAD = 0x200000,
  MAX_RT_PRIO = 100,
  DEFAULT_PRIO = 120,
  TASK_REPORT = 0x7f,
  TASK_IDLE = 0x402,
  TASK_RTLOCK_WAIT = 0x1000,
  TASK_FROZEN = 0x8000,
  EXIT_DEAD = 0x10,
  EXIT_ZOMBIE = 0x20,
  PIDTYPE_PGID = 2,
  PIDTYPE_SID = 3,
};

#endif
