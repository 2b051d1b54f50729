/**
 * Tables of the records of a bulk: columns, filters, orders, and the formats in which they are
 * printed.
 *
 * <p>{@link kifs.fs.cli.table.Printer} prints the tables that a {@link
 * kifs.fs.cli.table.TableQuery} describes. All that is known of a field comes from its record type,
 * so a new field is a new column without a change here.
 */
@NullMarked
package kifs.fs.cli.table;

import org.jspecify.annotations.NullMarked;
