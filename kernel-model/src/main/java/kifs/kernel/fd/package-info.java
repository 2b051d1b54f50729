/**
 * From the facts of an open fd to its FD record: the type of the file, and the socket.
 *
 * <p>Plain JDK; every source uses {@link kifs.kernel.fd.FdRecords}. Not thread-safe: one pass uses
 * its own objects.
 */
@NullMarked
package kifs.kernel.fd;

import org.jspecify.annotations.NullMarked;
