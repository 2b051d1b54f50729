/**
 * From the facts of mappings and files to SHM and SHM_USER records: which mappings belong to
 * shared-memory objects, to which objects, and which processes map them.
 *
 * <p>Plain JDK; every source uses {@link kifs.kernel.shm.ShmObjects}. Not thread-safe: one pass
 * uses its own objects.
 */
@NullMarked
package kifs.kernel.shm;

import org.jspecify.annotations.NullMarked;
