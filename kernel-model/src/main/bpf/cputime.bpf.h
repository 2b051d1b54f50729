/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* CPU time of a thread and of a process, as /proc gives it. */
#ifndef KIFS_CPUTIME_BPF_H
#define KIFS_CPUTIME_BPF_H

#include "task.bpf.h"

/* a * b / c, also where the product needs more than 64 bits. */
__noinline uint64_t multiply_divide(uint64_t a, uint64_t b, uint64_t c)
{
  uint64_t high, low, cross, rest, quotient = 0;
  if (!c)
    return 0;
  if ((a | b) >> 32 == 0)
    return a * b / c;
  cross = (a >> 32) * (uint32_t)b + ((uint32_t)a * (uint64_t)(uint32_t)b >> 32);
  high = (a >> 32) * (b >> 32) + (cross >> 32);
  cross = (uint32_t)cross + (uint32_t)a * (b >> 32);
  high += cross >> 32;
  low = a * b;
  rest = high;
  for (int i = 0; i < 64; i++) {
    uint64_t carry = rest >> 63;
    rest = rest << 1 | low >> 63;
    low <<= 1;
    quotient <<= 1;
    if (carry || rest >= c) {
      rest -= c;
      quotient |= 1;
    }
  }
  return quotient;
}

/* Run time from which on it is split into user and system time. /proc reports both in ticks of 10 ms,
 * so it shows less as 0, too. Most threads of a host have run for less, and cost no look-up of what
 * was reported of them.
 */
enum { MIN_SPLIT_NS = 10000000 };

static __always_inline uint64_t larger(uint64_t a, uint64_t b)
{
  return a > b ? a : b;
}

/* Splits the run time into user and system time as /proc does, see cputime_adjust() in the kernel.
 * The kernel counts user and system time by ticks. /proc scales them so that they add up to the run
 * time, which is counted to the nanosecond, and lets neither become less than what it reported
 * before. Here neither becomes less than what /proc or an earlier pass has reported. So where both
 * have divided the time differently, the sum can be more than the run time, until that has grown.
 *
 * slot->times is what was reported before, and then the result.
 */
__noinline int split_runtime(uint32_t slot_no, uint64_t utime, uint64_t stime, uint64_t runtime)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  uint64_t least_utime, least_stime;
  if (!slot)
    return 0;
  least_utime = runtime < MIN_SPLIT_NS ? 0 : slot->times.utime;
  least_stime = runtime < MIN_SPLIT_NS ? 0 : slot->times.stime;
  if (runtime >= MIN_SPLIT_NS && least_utime + least_stime < runtime) {
    if (stime != 0)
      stime = utime == 0 ? runtime : multiply_divide(stime, runtime, stime + utime);
    stime = larger(stime > runtime ? runtime : stime, least_stime);
    least_utime = larger(runtime - stime, least_utime);
    least_stime = runtime - least_utime;
  }
  slot->times.utime = least_utime;
  slot->times.stime = least_stime;
  return 0;
}

/* Notes what /proc has reported, which the kernel keeps. Must precede split_runtime(). */
static __always_inline void note_proc_times(struct kifs_slot *slot, uint64_t utime, uint64_t stime)
{
  slot->times.utime = larger(slot->times.utime, utime);
  slot->times.stime = larger(slot->times.stime, stime);
}

#endif
