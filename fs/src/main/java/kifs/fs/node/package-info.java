/**
 * The nodes of the tree, each a screen long. The code of a path is found from the path: {@code
 * processes/<pid>/rss} is {@link kifs.fs.node.ProcessesDirectory}, {@link
 * kifs.fs.node.ProcessDirectory}, and a line in {@link kifs.fs.node.ProcessAttributes}.
 */
package kifs.fs.node;
