/**
 * The identity of a client.
 *
 * <p>This package knows neither nodes nor transports. Any thread may call it.
 */
@NullMarked
package kifs.fs.access;

import org.jspecify.annotations.NullMarked;
