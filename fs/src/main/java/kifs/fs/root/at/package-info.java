/**
 * {@code at/}: the moments of a recording that is mounted, each with the tree of that moment.
 *
 * <p>This package doesn't know how a tree is made.
 */
@NullMarked
package kifs.fs.root.at;

import org.jspecify.annotations.NullMarked;
