/**
 * The files {@code bulk} and {@code bulk?QUERY}, and the passes that readers share.
 *
 * <p>This package doesn't know what records mean. Threads of the transport ask for snapshots. Two
 * threads of this package run the passes.
 */
@NullMarked
package kifs.fs.node.bulk;

import org.jspecify.annotations.NullMarked;
