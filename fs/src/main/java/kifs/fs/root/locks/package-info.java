/**
 * The directory {@code locks/}: the waits, the deadlocks, and the graph of both.
 *
 * <p>This package reads WAIT records and draws them. The kernel model finds waits and deadlocks.
 * Threads of the transport call this package.
 */
@NullMarked
package kifs.fs.root.locks;

import org.jspecify.annotations.NullMarked;
