/**
 * The directory {@code processes/<pid>/threads/}.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.processes.threads.ThreadAttributes}. This
 * package doesn't use the directory of the process. Its callers pass the pid and the owner. Threads
 * of the transport call it.
 */
@NullMarked
package kifs.fs.root.processes.threads;

import org.jspecify.annotations.NullMarked;
