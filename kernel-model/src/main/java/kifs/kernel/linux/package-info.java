/**
 * System calls of a live Linux host, made through jnr-ffi, and the native memory that they fill.
 *
 * <p>Calls have only addresses and primitives as parameters, so that a call costs little more than
 * the kernel's part of it. The package supports x86-64 and aarch64.
 *
 * <p>This package doesn't depend on records or on the files of /proc. Any thread may make a call; a
 * buffer belongs to one thread at a time.
 */
@NullMarked
package kifs.kernel.linux;

import org.jspecify.annotations.NullMarked;
