/**
 * The files {@code history} and {@code history.svg} of processes and threads, and how figures of
 * the history are written and drawn.
 *
 * <p>This package doesn't know how an entity is found. Threads of the transport call it; it keeps
 * no state.
 */
@NullMarked
package kifs.fs.node.history;

import org.jspecify.annotations.NullMarked;
