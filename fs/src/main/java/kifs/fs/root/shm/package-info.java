/**
 * The directory {@code shm/}: shared-memory objects of every kind.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.shm.ShmAttributes}. This package knows no
 * process. Threads of the transport enter.
 */
package kifs.fs.root.shm;
