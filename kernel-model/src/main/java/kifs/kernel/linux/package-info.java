/**
 * System calls of a live Linux host, through jnr-ffi: raw addresses and primitives only, so that a
 * call costs little more than the kernel's share of it. x86-64 and aarch64.
 */
package kifs.kernel.linux;
