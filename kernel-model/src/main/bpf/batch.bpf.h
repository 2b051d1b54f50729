/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* The loop over a work list, which `sweep` and `waits` have in common. */
#ifndef KIFS_BATCH_BPF_H
#define KIFS_BATCH_BPF_H

#include "kfuncs.bpf.h"
#include "maps.bpf.h"

/* Does the items of a slot's work list, until one finds no space. `do_item` returns false then. It
 * is a constant wherever this is used, and so it is inlined.
 */
static __always_inline void do_batch(uint32_t slot_no, struct kifs_slot *slot,
                                     bool (*do_item)(uint32_t slot_no, struct kifs_slot *slot,
                                                     const struct kifs_work_item *item))
{
  struct bpf_iter_num numbers;
  int *number;
  bpf_iter_num_new(&numbers, 0, slot->request.item_count & 0xffff);
  while ((number = bpf_iter_num_next(&numbers))) {
    uint32_t i = *number;
    if (i >= KIFS_BATCH)
      break;
    slot->request.next = i;
    if (!do_item(slot_no, slot, &slot->work[i]))
      break;
    slot->request.next = i + 1;
  }
  bpf_iter_num_destroy(&numbers);
}

#endif
