/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* Macros to fill those fields of a record that are wanted. */
#ifndef KIFS_FIELDS_BPF_H
#define KIFS_FIELDS_BPF_H

#include "request.h"

/* A field's bit in a mask of the fields of its type, as in BIT(PROCESS_PID). */
#define BIT(field) (1ULL << KIFS_##field)

/* All ones if the field is wanted. */
#define MASK(wanted, field) (-((wanted) >> KIFS_##field & 1))

/* Fills a field if it is wanted, and sets its bit in the variable `filled`. There is no branch: the
 * verifier would explore both sides.
 */
#define PUT(record, member, field, value) \
  ((record)->member = (__typeof__((record)->member))(((uint64_t)(value)) & MASK(wanted, field)), \
   filled |= BIT(field))

/* All fields that records of a type can have. */
#define ALL(type) (((1ULL << KIFS_##type##_FIELDS) - 1) & ~BIT(type##_ABSENT))

#endif
