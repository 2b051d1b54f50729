/**
 * The files {@code bulk} and {@code bulk?QUERY}: snapshots, and which readers share one.
 *
 * <p>This package doesn't know what records mean. Threads of the transport ask for snapshots; a
 * small pool of its own takes them.
 */
package kifs.fs.node.bulk;
