/**
 * Who asks: the identity of a caller.
 *
 * <p>This package knows no node and no transport. Any thread may enter.
 */
package kifs.fs.access;
