/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* TEXT records in a slot, and paths of files as the daemon sees them. */
#ifndef KIFS_PATH_BPF_H
#define KIFS_PATH_BPF_H

#include "kernel.bpf.h"
#include "maps.bpf.h"

enum {
  TEXT_HEADER = 8,
  /* A command begins only where there is space for the longest one. */
  LAST_TEXT_START = KIFS_BATCH_TEXT - KIFS_MAX_ARGUMENTS - 32 * 1024,
  MAX_NAME = 256,
};

#define DELETED " (deleted)"

/* The size of a TEXT of that length, with its NUL and padded to 8 bytes. */
static __always_inline uint32_t text_bytes(uint32_t length)
{
  return (TEXT_HEADER + length + 1 + 7) & ~7u;
}

/* Completes the last TEXT in a slot, whose content has been written: adds the NUL, zeros up to its
 * end, and the header.
 */
static __always_inline void end_text(struct kifs_slot *slot, uint32_t at, uint32_t length)
{
  uint32_t size = text_bytes(length);
  if (at > LAST_TEXT_START || length > KIFS_MAX_ARGUMENTS)
    return;
  for (uint32_t i = 0; i < 8; i++) {
    if (TEXT_HEADER + length + i < size)
      slot->text[at + TEXT_HEADER + length + i] = 0;
  }
  *(uint16_t *)&slot->text[at] = KIFS_TEXT;
  *(uint16_t *)&slot->text[at + 2] = 0;
  *(uint32_t *)&slot->text[at + 4] = size;
  slot->request.text_bytes = at + size;
}

enum { FURTHER, ARRIVED, LOST };

/* Makes one step of the way up from a file to the daemon's root, or to the uppermost root if the
 * way doesn't lead through the daemon's. Notes the name in the slot.
 */
__noinline int climb_path(uint32_t slot_no)
{
  uint64_t mnt = bpf_core_field_offset(((struct mount *)0)->mnt);
  uint32_t zero = 0, at;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  const struct kifs_host *host = bpf_map_lookup_elem(&kifs_host_map, &zero);
  struct dentry *dentry, *parent;
  struct vfsmount *mount;
  if (!slot || !host)
    return LOST;
  dentry = (void *)slot->path_dentry;
  mount = (void *)slot->path_mount;
  if (slot->path_dentry == host->root_dentry && slot->path_mount == host->root_mount)
    return ARRIVED;
  if (dentry == BPF_CORE_READ(mount, mnt_root)) {
    struct mount *inner = (void *)mount - mnt;
    struct mount *outer = BPF_CORE_READ(inner, mnt_parent);
    if (outer == inner)
      return ARRIVED;
    slot->path_dentry = (uint64_t)BPF_CORE_READ(inner, mnt_mountpoint);
    slot->path_mount = (uint64_t)outer + mnt;
    return FURTHER;
  }
  parent = BPF_CORE_READ(dentry, d_parent);
  at = slot->path_name_count;
  if (parent == dentry || at >= KIFS_MAX_PATH_NAMES)
    return LOST;
  slot->path_names[at] = (uint64_t)BPF_CORE_READ(dentry, d_name.name);
  slot->path_name_count = at + 1;
  slot->path_dentry = (uint64_t)parent;
  return FURTHER;
}

/* Appends the uppermost of the names that were noted and not yet written. */
__noinline int append_name(uint32_t slot_no)
{
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  uint32_t at, end;
  long got;
  if (!slot)
    return LOST;
  at = slot->path_name_count - 1;
  end = slot->path_end;
  if (at == UINT32_MAX)
    return ARRIVED;
  if (at >= KIFS_MAX_PATH_NAMES || end > KIFS_BATCH_TEXT - 2 * MAX_NAME)
    return LOST;
  slot->text[end] = '/';
  got = bpf_probe_read_kernel_str(&slot->text[end + 1], MAX_NAME, (void *)slot->path_names[at]);
  if (got <= 0 || got >= MAX_NAME)
    return LOST;
  slot->path_end = end + got;
  slot->path_name_count = at;
  return FURTHER;
}

/* Appends the path of a file, as the daemon sees it, to the slot's TEXT records. Returns its
 * length, or KIFS_LEFT_TO_PROC.
 */
__noinline uint32_t append_path(uint32_t slot_no, uint64_t file_address)
{
  struct file *file = (void *)file_address;
  struct kifs_slot *slot = bpf_map_lookup_elem(&kifs_slots, &slot_no);
  uint32_t end;
  struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
  struct vfsmount *mount = BPF_CORE_READ(file, f_path.mnt);
  const struct dentry_operations *operations;
  int step = FURTHER;
  if (!slot || !dentry || !mount)
    return KIFS_LEFT_TO_PROC;
  operations = BPF_CORE_READ(dentry, d_op);
  if (operations && BPF_CORE_READ(operations, d_dname))
    return KIFS_LEFT_TO_PROC;
  slot->path_dentry = (uint64_t)dentry;
  slot->path_mount = (uint64_t)mount;
  slot->path_name_count = 0;
  for (uint32_t i = 0; i < KIFS_MAX_PATH_NAMES && step == FURTHER; i++)
    step = climb_path(slot_no);
  if (step != ARRIVED || !slot->path_name_count)
    return KIFS_LEFT_TO_PROC;
  slot->path_end = slot->request.text_bytes + TEXT_HEADER;
  step = FURTHER;
  for (uint32_t i = 0; i <= KIFS_MAX_PATH_NAMES && step == FURTHER; i++)
    step = append_name(slot_no);
  if (step != ARRIVED)
    return KIFS_LEFT_TO_PROC;
  end = slot->path_end;
  if (!BPF_CORE_READ(dentry, d_hash.pprev)) {
    if (end > KIFS_BATCH_TEXT - 2 * MAX_NAME)
      return KIFS_LEFT_TO_PROC;
    __builtin_memcpy(&slot->text[end], DELETED, sizeof DELETED - 1);
    end += sizeof DELETED - 1;
  }
  return end - slot->request.text_bytes - TEXT_HEADER;
}

#endif
