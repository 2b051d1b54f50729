/**
 * The directory {@code shm/}: shared-memory objects of every kind.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.shm.ShmAttributes}. This package doesn't use the
 * directories of processes. Threads of the transport call it.
 */
@NullMarked
package kifs.fs.root.shm;

import org.jspecify.annotations.NullMarked;
