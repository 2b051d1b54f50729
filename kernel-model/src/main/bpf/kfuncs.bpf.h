/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Functions of the kernel that programs may call by name. They are weak: where the kernel lacks
 * one, only the programs that call it are refused. Since Linux
 *
 *   6.2  bpf_task_from_pid (3f0e6f2b41d3), bpf_task_release (90660309b0c7),
 *        bpf_rcu_read_lock, _unlock (9bb00b2895cb), bpf_rdonly_cast (a35b9af4ec2c)
 *   6.4  bpf_iter_num_* (6018e1f407cc)
 *   6.7  bpf_iter_task_* (c68a78ffe2cb), bpf_iter_task_vma_* (4ac454682158)
 */
#ifndef KIFS_KFUNCS_BPF_H
#define KIFS_KFUNCS_BPF_H

#include "kernel.bpf.h"

/* Opaque. Their sizes are part of the kernel's interface to programs. */
struct bpf_iter_task {
  uint64_t opaque[3];
} __attribute__((aligned(8)));

struct bpf_iter_task_vma {
  uint64_t opaque[1];
} __attribute__((aligned(8)));

struct bpf_iter_num {
  uint64_t opaque[1];
} __attribute__((aligned(8)));

/* Flags of bpf_iter_task_new(). */
enum { ALL_PROCESSES = 0, THREADS_OF_PROCESS = 2 };

extern int bpf_iter_task_new(struct bpf_iter_task *it, struct task_struct *task,
                             unsigned int flags) __ksym __weak;
extern struct task_struct *bpf_iter_task_next(struct bpf_iter_task *it) __ksym __weak;
extern void bpf_iter_task_destroy(struct bpf_iter_task *it) __ksym __weak;
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task,
                                 uint64_t address) __ksym __weak;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) __ksym __weak;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) __ksym __weak;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym __weak;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym __weak;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym __weak;
extern struct task_struct *bpf_task_from_pid(int pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;
extern void bpf_rcu_read_lock(void) __ksym __weak;
extern void bpf_rcu_read_unlock(void) __ksym __weak;
extern void *bpf_rdonly_cast(void *pointer, uint32_t type) __ksym __weak;

/* The context of a run: the number of the slot; after a run of `clock` its result. */
struct kifs_run {
  uint64_t value;
};

/* The task at an address, so typed for the verifier that members can be loaded. */
static __always_inline struct task_struct *task_at(uint64_t address)
{
  return bpf_rdonly_cast((void *)address, bpf_core_type_id_kernel(struct task_struct));
}

#endif
