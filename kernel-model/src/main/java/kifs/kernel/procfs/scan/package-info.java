/**
 * The tools for reading /proc without making garbage: a cursor over bytes, buffers, file names as C
 * strings, directories that stay open.
 *
 * <p>Each class here is about bytes and file descriptors. None knows what a record means.
 *
 * <p>Buffers are borrowed from {@link kifs.kernel.procfs.scan.ScanPool} by one thread at a time.
 */
package kifs.kernel.procfs.scan;
