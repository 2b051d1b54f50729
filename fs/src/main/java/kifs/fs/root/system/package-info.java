/**
 * The directory {@code system/}: the host as one entity.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.system.SystemAttributes}. This package doesn't
 * use the directories of processes. Threads of the transport call it.
 */
@NullMarked
package kifs.fs.root.system;

import org.jspecify.annotations.NullMarked;
