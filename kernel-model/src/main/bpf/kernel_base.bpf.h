/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Small types of the kernel that many structures contain, see kernel.bpf.h. */
#ifndef KIFS_KERNEL_BASE_BPF_H
#define KIFS_KERNEL_BASE_BPF_H

#include <stdint.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct list_head {
  struct list_head *next, *prev;
};

struct atomic {
  int counter;
};

struct atomic64 {
  int64_t counter;
};

struct atomic_long {
  long counter;
};

#pragma clang attribute pop

#endif
