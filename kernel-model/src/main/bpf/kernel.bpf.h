/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What kifs reads of the kernel's own structures: only the members used. The compiler notes each
 * access, and the loader puts in where that member lies in the running kernel (CO-RE), so one
 * object serves all versions. A name behind ___ is another shape of the same structure.
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

#endif
