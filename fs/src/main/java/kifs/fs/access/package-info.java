/**
 * Who a client is, and what it may see: the rules, and the options that change them.
 *
 * <p>This package knows neither nodes nor transports. Any thread may call it.
 */
@NullMarked
package kifs.fs.access;

import org.jspecify.annotations.NullMarked;
