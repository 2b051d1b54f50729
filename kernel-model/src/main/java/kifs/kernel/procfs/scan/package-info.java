/**
 * Tools that read /proc without making garbage: a cursor over bytes, buffers, file names as C
 * strings, and directories that stay open.
 *
 * <p>The classes deal with bytes and file descriptors. None depends on the meaning of a record.
 *
 * <p>One thread at a time acquires a scan, with its buffers, from {@link
 * kifs.kernel.procfs.scan.ScanPool}.
 */
@NullMarked
package kifs.kernel.procfs.scan;

import org.jspecify.annotations.NullMarked;
