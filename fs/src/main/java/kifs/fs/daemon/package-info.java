/**
 * Serves one kernel at one mountpoint: opens the source, mounts the tree and logs, in the right
 * order.
 *
 * <p>Only this package knows which kernel sources and which transports there are. The main thread
 * and a shutdown hook call it.
 */
@NullMarked
package kifs.fs.daemon;

import org.jspecify.annotations.NullMarked;
