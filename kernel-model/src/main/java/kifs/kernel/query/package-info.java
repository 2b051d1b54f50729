/**
 * What a client asks of a kernel source: which record types, which entities, which fields, and
 * which records a source may omit because they exceed no bound or have not changed.
 *
 * <p>A query is an immutable value. Clients with equal queries may share one bulk.
 *
 * <p>This package knows the record definitions and nothing else: not how a source answers, and not
 * which client asks. Its types are immutable; any thread may use them.
 */
@NullMarked
package kifs.kernel.query;

import org.jspecify.annotations.NullMarked;
