/**
 * Which thread waits for which, and which threads can never go on.
 *
 * <p>{@link kifs.kernel.locks.graph.Wait} is one edge. {@link kifs.kernel.locks.graph.WaitGraph}
 * finds the threads that can't go on, and {@link kifs.kernel.locks.graph.LockMonitor} compares two
 * samples before it calls them deadlocked.
 *
 * <p>Plain JDK. This package doesn't know how a source found a wait. A graph is immutable; {@link
 * kifs.kernel.locks.graph.LockMonitor} states which lock guards it.
 */
package kifs.kernel.locks.graph;
