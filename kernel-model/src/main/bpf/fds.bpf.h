/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The number of open files of a process. */
#ifndef KIFS_FDS_BPF_H
#define KIFS_FDS_BPF_H

#include "kernel.bpf.h"

static __always_inline uint32_t popcount64(uint64_t word)
{
  word -= word >> 1 & 0x5555555555555555;
  word = (word & 0x3333333333333333) + (word >> 2 & 0x3333333333333333);
  word = word + (word >> 4) & 0x0f0f0f0f0f0f0f0f;
  return word * 0x0101010101010101 >> 56;
}

struct open_bits {
  uint64_t bitmap; /* address */
  uint32_t size; /* in bits, a multiple of 64: other bitmaps follow */
  uint32_t count;
};

static long count_bits(uint32_t i, struct open_bits *open)
{
  uint64_t words[4];
  if (bpf_probe_read_kernel(words, sizeof words, (void *)(open->bitmap + i * sizeof words)))
    return 1;
  for (uint32_t k = 0; k < 4; k++)
    open->count += i * 256 + k * 64 < open->size ? popcount64(words[k]) : 0;
  return 0;
}

/* The number of open files of a task. UINT32_MAX: the table is so large that /proc must tell. */
__noinline uint32_t open_files(uint64_t files_address)
{
  struct files_struct *files = (void *)files_address;
  struct fdtable *table;
  struct open_bits open = {};
  uint64_t word;
  if (bpf_core_read(&table, sizeof table, &files->fdt) ||
      bpf_core_read(&open.size, sizeof open.size, &table->max_fds) ||
      bpf_core_read(&open.bitmap, sizeof open.bitmap, &table->open_fds))
    return 0;
  if (open.size <= 64)
    return bpf_probe_read_kernel(&word, sizeof word, (void *)open.bitmap) ? 0 : popcount64(word);
  if (open.size > 65536)
    return UINT32_MAX;
  bpf_loop((open.size + 255) / 256, count_bits, &open, 0);
  return open.count;
}

#endif
