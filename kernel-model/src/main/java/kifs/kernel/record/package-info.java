/**
 * What a kernel looks like in bytes: every record of the bulk format, each defined once, in a class
 * of its own. {@code kifs.h}, {@code records.json} and the field reference are made from these
 * definitions by {@link kifs.kernel.schema}.
 */
package kifs.kernel.record;
