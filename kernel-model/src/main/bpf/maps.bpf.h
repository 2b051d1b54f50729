/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Maps that several programs use. Java maps the memory of those that are BPF_F_MMAPABLE. */
#ifndef KIFS_MAPS_BPF_H
#define KIFS_MAPS_BPF_H

#include "kernel.bpf.h"
#include "request.h"

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, struct kifs_host);
} kifs_host_map SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, KIFS_SLOTS);
  __type(key, uint32_t);
  __type(value, struct kifs_slot);
} kifs_slots SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, struct kifs_list);
} kifs_lists SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, uint32_t);
  __type(value, struct kifs_held);
} kifs_holdings SEC(".maps");

/* By main thread. The kernel frees it with the thread. */
struct {
  __uint(type, BPF_MAP_TYPE_TASK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct kifs_tracked);
} kifs_tracked SEC(".maps");

/* What an iterator's program returns: go to the next object, or come again with this one. */
enum { DONE = 0, AGAIN = 1 };

/* The pointer as a number. It goes through memory because the verifier treats a register that holds
 * a pointer as one for good.
 */
static __always_inline uint64_t ptr_to_u64(volatile uint64_t *scratch, const void *pointer)
{
  *scratch = (uint64_t)pointer;
  return *scratch;
}

/* Where an object is remembered in an array of that size, a power of 2, by its address. */
static __always_inline uint32_t address_index(uint64_t address, uint32_t size)
{
  return (address >> 6 ^ address >> 14) & (size - 1);
}

#endif
