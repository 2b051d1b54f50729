/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* All programs of kifs as one unit, and so in one object: the loader reads the kernel's types once
 * for all of them. Where a kernel refuses a program, the daemon leaves that one out, see
 * Programs.java.
 *
 * The files aren't compiled one by one and linked: bpftool 7.1, which Debian 12 has, can't link two
 * objects that call the same kernel function, and every object would bring its own copy of the
 * functions that the helper headers define.
 */
#include "events.bpf.c"
#include "holdings.bpf.c"
#include "walk.bpf.c"
#include "setup.bpf.c"
#include "sweep.bpf.c"
#include "waits.bpf.c"

/* Some of the functions that the kernel lends are for such programs alone. */
char LICENSE[] SEC("license") = "Dual MIT/GPL";
