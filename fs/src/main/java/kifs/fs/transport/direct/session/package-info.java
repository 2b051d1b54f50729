/**
 * Answers requests of the kernel from a tree: which node a number stands for, what is open, and
 * which requests wait.
 *
 * <p>This package doesn't know where requests come from. A {@link
 * kifs.fs.transport.direct.session.Channel} takes the answers. Any thread may pass a request, and
 * no request that waits holds a thread.
 */
@NullMarked
package kifs.fs.transport.direct.session;

import org.jspecify.annotations.NullMarked;
