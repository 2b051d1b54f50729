/**
 * The directory {@code hogs/}: tables of the biggest users, biggest first.
 *
 * <p>A table is made from a bulk. This package knows no process directory. Threads of the transport
 * enter.
 */
package kifs.fs.root.hogs;
