/**
 * The bulk: the records of one snapshot in the order in which clients read them. {@link
 * kifs.kernel.bulk.BulkBuilder} writes one, {@link kifs.kernel.bulk.Bulk} is the finished one, and
 * {@link kifs.kernel.bulk.BulkReader} checks and reads one from any buffer. {@link
 * kifs.kernel.query.Query} says what a bulk shall contain.
 *
 * <p>{@link kifs.kernel.bulk.Bulk} and {@link kifs.kernel.bulk.ChunkPool} are thread-safe; builders
 * and readers are used by one thread.
 */
@NullMarked
package kifs.kernel.bulk;

import org.jspecify.annotations.NullMarked;
