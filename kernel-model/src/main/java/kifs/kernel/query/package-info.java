/**
 * What a reader asks of a kernel source: which record types, which entities, which fields, and
 * which records a source may omit because they exceed no bound or have not changed.
 *
 * <p>A query is an immutable value. Two equal queries may share one snapshot.
 *
 * <p>This package knows the record definitions and nothing else: not how a source answers, and not
 * who asks. Its types are immutable; any thread may use them.
 */
package kifs.kernel.query;
