/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Resident memory. Since Linux 6.2 each CPU counts a part of it by itself. */
#ifndef KIFS_MEMORY_BPF_H
#define KIFS_MEMORY_BPF_H

#include "kernel.bpf.h"
#include "maps.bpf.h"

/* What the functions below, which bpf_loop() calls for each CPU, add up. bpf_loop() exists since
 * Linux 5.17 (e6f2dd0f8067). The verifier explores such a function once; a plain loop it explores
 * round by round.
 */
struct percpu_parts {
  uint64_t counters; /* address, to which a CPU's offset is added */
  int64_t sum[4];
};

static long add_part(uint32_t cpu, struct percpu_parts *parts)
{
  uint32_t zero = 0;
  int32_t part;
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || cpu >= KIFS_MAX_CPUS)
    return 1;
  if (!bpf_probe_read_kernel(&part, sizeof part,
                             (void *)(parts->counters + host->percpu_offset[cpu])))
    parts->sum[0] += part;
  return 0;
}

/* Does the same as add_part() for four counters that lie side by side. */
static long add_parts(uint32_t cpu, struct percpu_parts *parts)
{
  uint32_t zero = 0;
  int32_t part[4];
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || cpu >= KIFS_MAX_CPUS)
    return 1;
  if (bpf_probe_read_kernel(part, sizeof part,
                            (void *)(parts->counters + host->percpu_offset[cpu])))
    return 0;
  for (uint32_t kind = 0; kind < 4; kind++)
    parts->sum[kind] += part[kind];
  return 0;
}

/* Pages of one kind. The parts that the CPUs count by themselves are included, as they can be
 * large.
 */
__noinline uint64_t rss_pages(uint64_t mm_address, uint32_t kind)
{
  struct mm_struct *mm = (void *)mm_address;
  struct percpu_parts parts = {};
  int64_t sum = 0;
  uint32_t zero = 0;
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || kind > MM_SHMEMPAGES)
    return 0;
  if (!bpf_core_field_exists(mm->rss_stat[0].counters)) {
    struct mm_struct___before_6_2 *old = (void *)mm_address;
    bpf_probe_read_kernel(&sum, sizeof sum,
                          (char *)__builtin_preserve_access_index(&old->rss_stat.count[0]) +
                              kind * sizeof sum);
    return sum > 0 ? sum : 0;
  }
  struct percpu_counter *counter =
      (void *)((char *)__builtin_preserve_access_index(&mm->rss_stat[0]) +
               kind * bpf_core_type_size(struct percpu_counter));
  bpf_probe_read_kernel(&parts.sum[0], sizeof parts.sum[0],
                        __builtin_preserve_access_index(&counter->count));
  bpf_probe_read_kernel(&parts.counters, sizeof parts.counters,
                        __builtin_preserve_access_index(&counter->counters));
  bpf_loop(host->cpus, add_part, &parts, 0);
  return parts.sum[0] > 0 ? parts.sum[0] : 0;
}

struct rss {
  int64_t pages[4]; /* by kind, MM_* */
};

/* Pages of all four kinds at once. Since Linux 6.6 (14ef95be6f55) the four counters are allocated
 * together, so that their parts lie side by side in each CPU's memory and one read fetches them.
 * False: in this kernel they don't.
 */
__noinline int all_rss_pages(uint64_t mm_address, struct rss *rss)
{
  struct mm_struct *mm = (void *)mm_address;
  uint64_t size = bpf_core_type_size(struct percpu_counter), at, last = 0;
  uint32_t zero = 0;
  struct percpu_parts parts = {};
  struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  if (!host || !rss || !bpf_core_field_exists(mm->rss_stat[0].counters))
    return false;
  at = (uint64_t)__builtin_preserve_access_index(&mm->rss_stat[0]);
  for (uint32_t kind = 0; kind < 4; kind++) {
    struct percpu_counter *counter = (void *)(at + kind * size);
    bpf_probe_read_kernel(&parts.sum[kind], sizeof parts.sum[kind],
                          __builtin_preserve_access_index(&counter->count));
  }
  struct percpu_counter *first = (void *)at, *fourth = (void *)(at + 3 * size);
  bpf_probe_read_kernel(&parts.counters, sizeof parts.counters,
                        __builtin_preserve_access_index(&first->counters));
  bpf_probe_read_kernel(&last, sizeof last, __builtin_preserve_access_index(&fourth->counters));
  if (last != parts.counters + 3 * sizeof(int32_t))
    return false;
  bpf_loop(host->cpus, add_parts, &parts, 0);
  for (uint32_t kind = 0; kind < 4; kind++)
    rss->pages[kind] = parts.sum[kind] & ~(parts.sum[kind] >> 63);
  return true;
}

#endif
