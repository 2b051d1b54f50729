/**
 * System calls of a live Linux host, made through jnr-ffi, and the native memory that they fill.
 *
 * <p>Calls take raw addresses and primitives only, so that a call costs little more than the
 * kernel's share of it. x86-64 and aarch64.
 *
 * <p>This package knows no record and nothing about /proc. Any thread may make a call; a buffer
 * belongs to one thread at a time.
 */
package kifs.kernel.linux;
