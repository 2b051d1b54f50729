/**
 * The root directory of the mounted tree: README, about, bulk and schema/.
 *
 * <p>Under {@code kifs.fs.root} the package path is the pathname: {@code locks/graph.dot} is {@code
 * kifs.fs.root.locks.DotGraph}. A package here knows the packages below it, never its parent and
 * never its neighbour. Only the daemon knows {@code kifs.fs.root}.
 *
 * <p>Threads of the transport enter every node; a node states how it is guarded where it keeps
 * state.
 */
package kifs.fs.root;
