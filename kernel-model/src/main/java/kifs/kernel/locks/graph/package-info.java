/**
 * Which thread waits for which, and which threads can never continue.
 *
 * <p>{@link kifs.kernel.locks.graph.Wait} is one edge. {@link kifs.kernel.locks.graph.WaitGraph}
 * finds the threads that can't continue, and {@link kifs.kernel.locks.graph.LockMonitor} compares
 * three samples before it calls them deadlocked.
 *
 * <p>Plain JDK. This package doesn't know how a source found a wait. {@link
 * kifs.kernel.locks.graph.LockMonitor} is thread-safe; a graph is used by one thread.
 */
@NullMarked
package kifs.kernel.locks.graph;

import org.jspecify.annotations.NullMarked;
