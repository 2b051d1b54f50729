/**
 * What a transport sees of the tree: nodes, open files, callers and errors.
 *
 * <p>This package knows nothing of kifs: not how requests come in, and not what the files are
 * about. Implementations must expect any number of threads.
 */
package kifs.fs.tree;
