/**
 * Generates descriptions of the records for readers outside of Java, from the record definitions: a
 * C header, JSON, and the field reference. Stateless.
 */
package kifs.kernel.schema;
