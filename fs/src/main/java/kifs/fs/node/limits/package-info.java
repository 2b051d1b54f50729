/**
 * Files that show a limit, and change it with the rights of the client that writes.
 *
 * <p>This package doesn't know which limits there are, nor how they are changed: it knows them as
 * {@link kifs.kernel.limits.BoundLimit}. Threads of the transport call it.
 */
@NullMarked
package kifs.fs.node.limits;

import org.jspecify.annotations.NullMarked;
