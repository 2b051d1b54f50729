/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The members of the kernel's own structures that kifs reads, and no others. The compiler notes
 * each access, and the loader fills in where that member lies in the running kernel (CO-RE), so one
 * object serves all versions. A suffix after ___ marks another shape of the same structure, for
 * example ___before_6_2 the one that kernels before Linux 6.2 have. The commit that changed the
 * shape stands beside it.
 */
#ifndef KIFS_KERNEL_BPF_H
#define KIFS_KERNEL_BPF_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "kernel_vfs.bpf.h"
#include "kernel_mm.bpf.h"
#include "kernel_task.bpf.h"
#include "kernel_iter.bpf.h"

/* The verifier must see that a number is shifted by less than its 64 bits: `& MAX_SHIFT`. */
enum { MAX_SHIFT = 63 };

enum { NS_PER_SECOND = 1000000000 };

#endif
