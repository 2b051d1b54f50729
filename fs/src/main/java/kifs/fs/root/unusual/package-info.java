/**
 * The directory {@code unusual/}: the processes and threads that are farthest from what is usual
 * for them.
 *
 * <p>The history of the notifier finds them. Threads of the transport call this package; it keeps
 * no state.
 */
@NullMarked
package kifs.fs.root.unusual;

import org.jspecify.annotations.NullMarked;
