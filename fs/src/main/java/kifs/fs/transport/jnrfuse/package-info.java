/**
 * The transport through jnr-fuse and libfuse 2.
 *
 * <p>One native thread is parked for each request that waits; a poll parks none. This package knows
 * no node, no notifier and no kernel source.
 */
package kifs.fs.transport.jnrfuse;
