/**
 * The directory {@code hogs/}: tables of the biggest users, biggest first.
 *
 * <p>A table is made from a bulk. This package doesn't use the directories of processes. Threads of
 * the transport call it.
 */
@NullMarked
package kifs.fs.root.hogs;

import org.jspecify.annotations.NullMarked;
