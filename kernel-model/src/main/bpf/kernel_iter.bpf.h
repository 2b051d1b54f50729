/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the kernel hands to iterators, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_ITER_BPF_H
#define KIFS_KERNEL_ITER_BPF_H

#include "kernel_mm.bpf.h"
#include "kernel_task.bpf.h"
#include "kernel_vfs.bpf.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

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

/* Since Linux 6.1 (f0d74c4da1f0) an iterator can be told which task to visit. */
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
