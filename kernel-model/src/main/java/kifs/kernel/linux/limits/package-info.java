/**
 * Limits of a live Linux host: system calls that change them, made with the rights of a client so
 * that the kernel decides.
 *
 * <p>This package doesn't know the tree, nor who the client is. Any thread may call it.
 */
@NullMarked
package kifs.kernel.linux.limits;

import org.jspecify.annotations.NullMarked;
