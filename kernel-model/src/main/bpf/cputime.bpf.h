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

/* The system time as /proc reports it, see cputime_adjust() in the kernel. The kernel counts user
 * and system time by ticks. /proc scales them so that they add up to the run time, which is counted
 * to the nanosecond, and lets neither become less than what it reported before. The user time is
 * the rest of the total time.
 */
__noinline uint64_t scaled_stime(uint64_t utime, uint64_t stime, uint64_t runtime,
                                 uint64_t reported_utime, uint64_t reported_stime)
{
  if (reported_utime + reported_stime >= runtime)
    return reported_stime;
  if (stime != 0)
    stime = utime == 0 ? runtime : multiply_divide(stime, runtime, stime + utime);
  if (stime > runtime)
    stime = runtime;
  if (stime < reported_stime)
    stime = reported_stime;
  return runtime - stime < reported_utime ? runtime - reported_utime : stime;
}

/* User and system time together, ns. */
static __always_inline uint64_t total_time(uint64_t runtime, const struct prev_cputime *reported)
{
  uint64_t before = reported->utime + reported->stime;
  return before > runtime ? before : runtime;
}

#endif
