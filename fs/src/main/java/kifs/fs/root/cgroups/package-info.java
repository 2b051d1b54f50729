/**
 * The directory {@code cgroups/}: the tree of control groups, of version 2, of version 1, or of
 * both.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.cgroups.CgroupAttributes}. This package doesn't
 * use the directories of processes. Threads of the transport call it.
 */
@NullMarked
package kifs.fs.root.cgroups;

import org.jspecify.annotations.NullMarked;
