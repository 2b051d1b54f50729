/**
 * The directory {@code locks/}: who waits for whom, deadlocks, and the graph of both.
 *
 * <p>This package reads WAIT records and draws them; finding waits and deadlocks is the kernel
 * model's. Threads of the transport enter.
 */
package kifs.fs.root.locks;
