/**
 * Directories of entities and of collections, their attributes, and {@link
 * kifs.fs.node.entity.Kernel}, the services that all nodes share.
 *
 * <p>This package doesn't know which kinds of entities there are. Threads of the transport call it;
 * a directory keeps no state.
 */
@NullMarked
package kifs.fs.node.entity;

import org.jspecify.annotations.NullMarked;
