/**
 * Generates descriptions of the records for readers outside of Java, from the record definitions: a
 * C header, JSON, and the field reference. Stateless.
 */
@NullMarked
package kifs.kernel.schema;

import org.jspecify.annotations.NullMarked;
