/**
 * Directories of entities and of collections, their attributes, and {@link
 * kifs.fs.node.entity.Kernel}, which every node asks.
 *
 * <p>This package doesn't know which entities there are. Threads of the transport enter; a
 * directory keeps no state.
 */
package kifs.fs.node.entity;
