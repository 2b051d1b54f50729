/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Decides which records of a pass are kept. Each function with a loop takes nothing but numbers, so
 * that the verifier explores it once and not at every call.
 */
#ifndef KIFS_FILTER_BPF_H
#define KIFS_FILTER_BPF_H

#include "maps.bpf.h"
#include "task.bpf.h"

/* The offset in a slot of the record of that type with that index. */
static __always_inline uint32_t record_offset(uint32_t tag, uint32_t at)
{
  if (tag == KIFS_PROCESS)
    return offsetof(struct kifs_slot, process) + at * sizeof(struct kifs_process);
  if (tag == KIFS_LIMITS)
    return offsetof(struct kifs_slot, limits) + at * sizeof(struct kifs_limits);
  return offsetof(struct kifs_slot, thread) + at * sizeof(struct kifs_thread);
}

/* The integer at an offset in a slot. */
__noinline uint64_t read_number(uint32_t slot_no, uint32_t offset, uint32_t bytes,
                                uint32_t is_signed)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const char *at;
  uint64_t value;
  if (!slot || offset > sizeof *slot - 8)
    return 0;
  at = (const char *)slot + offset;
  if (bytes == 8)
    return *(const uint64_t *)at;
  value = bytes == 4   ? *(const uint32_t *)at
          : bytes == 2 ? *(const uint16_t *)at
                       : *(const uint8_t *)at;
  return is_signed ? (uint64_t)(int64_t)(int32_t)value : value;
}

/* whole * shares / 65,536, or UINT64_MAX where that doesn't fit. */
static __always_inline uint64_t share_of(uint64_t whole, uint64_t shares)
{
  uint64_t low = (whole & UINT32_MAX) * (shares & UINT32_MAX);
  uint64_t left = (whole >> 32) * (shares & UINT32_MAX);
  uint64_t right = (whole & UINT32_MAX) * (shares >> 32);
  uint64_t middle = (low >> 32) + (left & UINT32_MAX) + (right & UINT32_MAX);
  uint64_t high = (whole >> 32) * (shares >> 32) + (left >> 32) + (right >> 32) + (middle >> 32);
  if (high >> 16)
    return UINT64_MAX;
  return high << 48 | middle << 32 >> 16 | (low & UINT32_MAX) >> 16;
}

/* Whether the record at that offset in a slot exceeds a bound. */
__noinline int exceeds_bound(uint32_t slot_no, uint32_t number, uint32_t record)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_bound *bound;
  uint64_t value, level, whole;
  if (!slot || number >= KIFS_MAX_BOUNDS)
    return false;
  bound = &slot->request.bound[number];
  value = read_number(slot_no, record + bound->field_offset, bound->field_bytes, bound->is_signed);
  level = bound->level;
  if (bound->denominator_offset) {
    whole =
        read_number(slot_no, record + bound->denominator_offset, bound->denominator_bytes, false);
    if (whole == (bound->denominator_bytes == 4 ? UINT32_MAX : UINT64_MAX))
      return false;
    level = share_of(whole, level);
    return !whole || (bound->relation == KIFS_ABOVE ? value >= level : value <= level);
  }
  if (bound->relation == KIFS_EQUAL)
    return value == level;
  if (bound->is_signed)
    return bound->relation == KIFS_ABOVE ? (int64_t)value > (int64_t)level
                                         : (int64_t)value < (int64_t)level;
  return bound->relation == KIFS_ABOVE ? value > level : value < level;
}

enum { INSIDE_BOUNDS, EXCEEDS_BOUND, NO_BOUNDS };

/* Compares the record with that index with the bounds on records of its type. */
__noinline int compare_bounds(uint32_t slot_no, uint32_t tag, uint32_t at)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  bool any = false;
  if (!slot || at >= KIFS_BATCH_THREADS || (tag != KIFS_THREAD && at >= KIFS_BATCH))
    return INSIDE_BOUNDS;
  for (uint32_t i = 0; i < KIFS_MAX_BOUNDS; i++) {
    const struct kifs_bound *bound = &slot->request.bound[i];
    if (i >= slot->request.bound_count)
      break;
    if (bound->tag != tag)
      continue;
    any = true;
    if (exceeds_bound(slot_no, i, record_offset(tag, at)))
      return EXCEEDS_BOUND;
  }
  return any ? INSIDE_BOUNDS : NO_BOUNDS;
}

/* A hash of a number: splitmix64's last step, in which every bit of the input changes half of the
 * bits of the result. No two numbers have the same.
 */
static __always_inline uint64_t mix(uint64_t number)
{
  number = (number ^ number >> 30) * 0xbf58476d1ce4e5b9;
  number = (number ^ number >> 27) * 0x94d049bb133111eb;
  return number ^ number >> 31;
}

/* The digest of the tracked fields of the record at that offset in a slot. */
static __always_inline uint64_t digest_of(uint32_t slot_no, const struct kifs_change *change,
                                          uint32_t record)
{
  uint64_t digest = change->fields;
  for (uint32_t i = 0; i < KIFS_MAX_TRACKED && i < change->count; i++)
    digest = mix(digest + read_number(slot_no, record + change->field_offset[i],
                                      change->field_bytes[i], false));
  return digest;
}

/* Whether a record that has this digest now has changed since the time that the filter names. */
static __always_inline bool has_changed(const struct kifs_change *change, uint64_t digest,
                                        uint64_t *known, uint64_t *changed)
{
  if (change->full || *known != digest) {
    *known = digest;
    *changed = change->now;
  }
  return *changed > change->since || *changed == change->now;
}

/* Whether the PROCESS with that index is kept. */
__noinline int admits_process_record(uint32_t slot_no, uint32_t at)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_change *change;
  bool changed;
  if (!slot)
    return 0;
  change = &slot->request.process_change;
  if (!change->count)
    return compare_bounds(slot_no, KIFS_PROCESS, at) != INSIDE_BOUNDS;
  changed = has_changed(change, digest_of(slot_no, change, record_offset(KIFS_PROCESS, at)),
                        &slot->tracked.process_digest, &slot->tracked.process_changed);
  return changed || compare_bounds(slot_no, KIFS_PROCESS, at) == EXCEEDS_BOUND;
}

/* Whether the THREADs of the process that is being read are kept. All of them have been passed to
 * track_thread(). Threads that are read one by one are not tracked: for the next pass all are new.
 */
__noinline int admits_threads(uint32_t slot_no)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_change *change;
  if (!slot)
    return 0;
  change = &slot->request.thread_change;
  if (slot->without_threads)
    slot->tracked.threads_digest = 0;
  return !change->count || slot->without_threads ||
         has_changed(change, slot->threads_digest, &slot->tracked.threads_digest,
                     &slot->tracked.threads_changed);
}

/* Adds a THREAD to the digest of its process. */
__noinline int track_thread(uint32_t slot_no, uint32_t at)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_change *change;
  if (!slot)
    return 0;
  change = &slot->request.thread_change;
  /* A sum, since threads may come in another order. */
  slot->threads_digest += mix(digest_of(slot_no, change, record_offset(KIFS_THREAD, at)) +
                              slot->thread[at & (KIFS_BATCH_THREADS - 1)].tid);
  return 0;
}

__noinline int admits_uid(uint32_t slot_no, uint32_t uid)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (!slot)
    return 0;
  for (uint32_t i = 0; i < KIFS_MAX_UIDS; i++) {
    if (i >= slot->request.uid_count)
      break;
    if (slot->request.uid[i] == uid)
      return 1;
  }
  return 0;
}

/* Takes the 16 bytes of a name as two numbers. */
__noinline int admits_name(uint32_t slot_no, uint64_t first, uint64_t second)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  if (!slot)
    return 0;
  for (uint32_t i = 0; i < KIFS_MAX_COMMS; i++) {
    if (i >= slot->request.comm_count)
      break;
    if (slot->request.comm[i][0] == first && slot->request.comm[i][1] == second)
      return 1;
  }
  return 0;
}

static __always_inline bool admits_process(uint32_t slot_no, const struct kifs_request *request,
                                           struct task_struct *task)
{
  uint64_t name[2] = {};
  if (request->uid_count && !admits_uid(slot_no, task->real_cred->uid.val))
    return false;
  if (!request->comm_count)
    return true;
  bpf_probe_read_kernel_str(name, sizeof name, task->comm);
  return admits_name(slot_no, name[0], name[1]);
}

#endif
