/**
 * Changed bulks: {@link kifs.kernel.bulk.changes.BulkDifference} makes one of two bulks, and {@link
 * kifs.kernel.bulk.changes.BulkUpdate} applies it to the first one, which makes the second one
 * again.
 */
@NullMarked
package kifs.kernel.bulk.changes;

import org.jspecify.annotations.NullMarked;
