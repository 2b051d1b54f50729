/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What kifs reads of the kernel's own structures: only the members used. The compiler notes each
 * access, and the loader puts in where that member lies in the running kernel (CO-RE), so one
 * object serves all versions. A name behind ___ is another shape of the same structure.
 */
#ifndef KIFS_KERNEL_H
#define KIFS_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
  struct list_head *next, *prev;
};

struct hlist_bl_node {
  void **pprev;
};

struct kuid {
  uint32_t val;
};

struct kgid {
  uint32_t val;
};

struct qstr {
  uint32_t hash;
  uint32_t len;
  const unsigned char *name;
};

struct dentry_operations {
  void *d_dname;
};

struct block_device;

struct super_block {
  uint32_t s_dev;
  unsigned long s_magic;
  struct block_device *s_bdev;
};

struct inode {
  uint16_t i_mode;
  unsigned long i_ino;
  uint32_t i_rdev;
  struct super_block *i_sb;
};

struct dentry {
  struct hlist_bl_node d_hash;
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
  const struct dentry_operations *d_op;
};

struct vfsmount {
  struct dentry *mnt_root;
};

struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
  int mnt_id;
};

struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};

struct file {
  struct path f_path;
  struct inode *f_inode;
  unsigned int f_flags;
  int64_t f_pos;
};

struct fdtable {
  unsigned int max_fds;
  struct file **fd;
  unsigned long *open_fds;
  unsigned long *close_on_exec;
};

struct files_struct {
  struct fdtable *fdt;
};

struct fs_struct {
  struct path root;
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

struct percpu_counter {
  int64_t count;
  int32_t *counters;
};

struct atomic {
  int counter;
};

struct atomic64 {
  int64_t counter;
};

/* Up to Linux 6.1. */
struct mm_rss_stat {
  struct atomic64 count[4];
};

struct mm_struct___before_6_2 {
  struct mm_rss_stat rss_stat;
};

struct mm_struct {
  struct atomic mm_users;
  unsigned long hiwater_rss;
  unsigned long total_vm, locked_vm, data_vm, stack_vm;
  unsigned long arg_start, arg_end;
  struct atomic64 pgtables_bytes;
  struct percpu_counter rss_stat[4];
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

struct pid_namespace;

struct upid {
  int nr;
  struct pid_namespace *ns;
};

struct pid {
  unsigned int level;
  struct upid numbers[1];
};

struct atomic_long {
  long counter;
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

struct bpf_iter_meta {
  struct seq_file *seq;
  uint64_t session_id;
  uint64_t seq_num;
};

struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
};

struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  uint32_t fd;
  struct file *file;
};

struct bpf_iter__task_vma {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  struct vm_area_struct *vma;
};

/* From Linux 6.1 on an iterator over tasks can be told which. */
union bpf_iter_link_info___task {
  struct {
    uint32_t tid;
  } task;
};

struct bpf_map {
  uint32_t id;
};

struct bpf_array {
  struct bpf_map map;
  void *pptrs[1];
};

struct bpf_iter__bpf_map {
  struct bpf_iter_meta *meta;
  struct bpf_map *map;
};

#pragma clang attribute pop

#endif
