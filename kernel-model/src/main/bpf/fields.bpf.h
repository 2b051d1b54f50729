/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Filling the fields of a record that are wanted. */
#ifndef KIFS_FIELDS_BPF_H
#define KIFS_FIELDS_BPF_H

#include "request.h"

#define BIT(field) (1ULL << KIFS_##field)

/* All ones if the field is wanted. */
#define MASK(wanted, field) (-((wanted) >> KIFS_##field & 1))

/* Fills a field if it is wanted, without a branch, and notes that it could be filled. */
#define PUT(record, member, field, value) \
  ((record)->member = (__typeof__((record)->member))(((uint64_t)(value)) & MASK(wanted, field)), \
   filled |= BIT(field))

#define ALL(type) (((1ULL << KIFS_##type##_FIELDS) - 1) & ~BIT(type##_ABSENT))

#endif
