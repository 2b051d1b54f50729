/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Remembers the user and system time that passes have reported, so that neither ever falls. /proc
 * remembers what it has reported in the task; a program can read that, but not write it.
 */
#ifndef KIFS_REPORTED_BPF_H
#define KIFS_REPORTED_BPF_H

#include "cputime.bpf.h"
#include "maps.bpf.h"

struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct kifs_reported);
} kifs_reported SEC(".maps");

/* The fields of a type that the run time is split into. */
#define SPLIT(type) (BIT(type##_UTIME_NS) | BIT(type##_STIME_NS))

/* Concurrent passes that read the same thread. Each try that fails means that one of them has
 * reported a larger time.
 */
enum { MAX_CONCURRENT = 16 };

static __always_inline void raise_to(uint64_t *to, uint64_t value)
{
  for (int i = 0; i < MAX_CONCURRENT; i++) {
    uint64_t before = *(volatile uint64_t *)to;
    if (before >= value || __sync_val_compare_and_swap(to, before, value) == before)
      return;
  }
}

/* Loads what was reported of a thread, or of the process of a main thread, into slot->times. If
 * another pass reports more between this and store_reported(), the two passes overlap, and neither
 * is the earlier one.
 */
static __always_inline void load_reported(struct kifs_slot *slot, struct task_struct *task,
                                          bool wanted, uint64_t runtime, bool of_process)
{
  const struct kifs_reported *reported;
  slot->times.utime = slot->times.stime = 0;
  if (!wanted || runtime < MIN_SPLIT_NS)
    return;
  reported = bpf_task_storage_get(&kifs_reported, (void *)task, 0, 0);
  if (reported)
    slot->times = of_process ? reported->process : reported->thread;
}

/* Stores slot->times if it is not what was loaded. */
static __always_inline void store_reported(const struct kifs_slot *slot, struct task_struct *task,
                                           const struct kifs_cpu_times *loaded, bool of_process)
{
  struct kifs_reported *reported;
  struct kifs_cpu_times *times;
  if (slot->times.utime == loaded->utime && slot->times.stime == loaded->stime)
    return;
  reported = bpf_task_storage_get(&kifs_reported, (void *)task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
  if (!reported)
    return;
  times = of_process ? &reported->process : &reported->thread;
  raise_to(&times->utime, slot->times.utime);
  raise_to(&times->stime, slot->times.stime);
}

#endif
