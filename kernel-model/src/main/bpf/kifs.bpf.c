/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* All programs of kifs, in one object: the loader reads the kernel's types once for all of them.
 * What a kernel refuses is left out one by one, see Programs.java.
 */
#include "events.h"
#include "holdings.h"
#include "iterate.h"
#include "setup.h"
#include "sweep.h"
#include "waits.h"

/* Some of the functions that the kernel lends are for such programs alone. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
