/**
 * The directory {@code processes/<pid>/fds/}: one file for each open file descriptor.
 *
 * <p>This package doesn't use the directory of the process. Its callers pass the pid and the owner.
 * Threads of the transport call it.
 */
@NullMarked
package kifs.fs.root.processes.fds;

import org.jspecify.annotations.NullMarked;
