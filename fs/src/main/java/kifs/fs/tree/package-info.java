/**
 * What a transport sees of the tree: nodes, open files, callers and errors. Nothing in here knows
 * how requests come in, or what the files are about.
 */
package kifs.fs.tree;
