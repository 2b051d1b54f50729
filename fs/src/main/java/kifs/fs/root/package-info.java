/**
 * The root directory of the mounted tree: README, about, bulk and schema/.
 *
 * <p>Under {@code kifs.fs.root} the package path is the pathname: {@code locks/graph.dot} is {@code
 * kifs.fs.root.locks.DotGraph}. A package here uses the packages below it, but neither its parent
 * nor its neighbours. Only the daemon uses {@code kifs.fs.root}.
 *
 * <p>Threads of the transport call every node. A node that has state says how the state is guarded.
 */
@NullMarked
package kifs.fs.root;

import org.jspecify.annotations.NullMarked;
