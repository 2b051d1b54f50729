/**
 * How the kernel's requests reach the tree: the interface {@code Transport}, and the classes that
 * every transport needs.
 *
 * <p>This package doesn't know which nodes there are, the notifier or the kernel sources. Each
 * transport runs its own threads, which call this package.
 */
@NullMarked
package kifs.fs.transport;

import org.jspecify.annotations.NullMarked;
