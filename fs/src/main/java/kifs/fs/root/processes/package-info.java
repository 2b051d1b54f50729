/**
 * The directories {@code processes/} and {@code processes/<pid>/}, the totals in {@code sum/}, and
 * the link {@code self}.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.processes.ProcessAttributes}. This package uses
 * {@code threads} and {@code fds} below it. Threads of the transport call it.
 */
@NullMarked
package kifs.fs.root.processes;

import org.jspecify.annotations.NullMarked;
