/**
 * The file {@code errors}: the last names and queries that were refused, and why.
 *
 * <p>This package doesn't know which names there are. The nodes that refuse one make their error by
 * it.
 */
@NullMarked
package kifs.fs.node.refusal;

import org.jspecify.annotations.NullMarked;
