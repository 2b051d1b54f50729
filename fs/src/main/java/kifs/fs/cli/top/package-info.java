/**
 * {@code kifs top}: the view of processes, threads and waits that refreshes.
 *
 * <p>All but {@link kifs.fs.cli.top.MountFeed} and {@link kifs.fs.cli.top.FileFeed} is pure: keys
 * and bulks go in, and a grid of cells comes out. One thread uses all of it.
 */
@NullMarked
package kifs.fs.cli.top;

import org.jspecify.annotations.NullMarked;
