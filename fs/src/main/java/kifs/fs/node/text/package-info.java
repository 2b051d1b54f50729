/**
 * Files of text: constants, attributes and tables, and how values are written.
 *
 * <p>This package knows only the tree. Threads of the transport enter; a slow text is made on an
 * executor that the node names.
 */
@NullMarked
package kifs.fs.node.text;

import org.jspecify.annotations.NullMarked;
