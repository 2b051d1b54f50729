/**
 * The transport that speaks the kernel's FUSE protocol by itself, on the descriptor of {@code
 * /dev/fuse}. It needs no libfuse.
 *
 * <p>{@link kifs.fs.transport.direct.protocol} has the bytes of requests and answers, {@link
 * kifs.fs.transport.direct.session} answers them from a tree. This package has the rest: how the
 * tree is mounted, and the threads and the memory that carry requests. No other package knows of
 * the two.
 */
@NullMarked
package kifs.fs.transport.direct;

import org.jspecify.annotations.NullMarked;
