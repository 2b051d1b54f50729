/**
 * The transport through jnr-fuse and libfuse 2.
 *
 * <p>Each request that waits occupies one Java thread; a client in poll occupies none. This package
 * doesn't know which nodes there are, the notifier or the kernel sources.
 */
@NullMarked
package kifs.fs.transport.jnrfuse;

import org.jspecify.annotations.NullMarked;
