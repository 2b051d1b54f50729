/**
 * The bytes of a kernel's state: every record of the bulk format, each defined once, in a class of
 * its own. {@link kifs.kernel.schema} generates {@code kifs.h}, {@code records.json} and the field
 * reference from these definitions.
 *
 * <p>Definitions are immutable and thread-safe; a {@link kifs.kernel.record.Record} is used by one
 * thread.
 */
@NullMarked
package kifs.kernel.record;

import org.jspecify.annotations.NullMarked;
