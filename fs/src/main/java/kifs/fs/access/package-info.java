/**
 * The identity of a client.
 *
 * <p>This package knows neither nodes nor transports. Any thread may call it.
 */
package kifs.fs.access;
