/**
 * The interface between a transport and the tree: nodes, open files, callers and errors.
 *
 * <p>This package doesn't know how requests arrive, nor what the files are about. Any number of
 * threads may call an implementation.
 */
@NullMarked
package kifs.fs.tree;

import org.jspecify.annotations.NullMarked;
