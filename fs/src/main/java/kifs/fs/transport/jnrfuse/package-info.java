/**
 * The transport through jnr-fuse and libfuse 2. One native thread is parked per request that waits;
 * polls park none.
 */
package kifs.fs.transport.jnrfuse;
