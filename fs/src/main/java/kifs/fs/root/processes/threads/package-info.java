/**
 * The directory {@code processes/<pid>/threads/}.
 *
 * <p>Every figure is a line of {@link kifs.fs.root.processes.threads.ThreadAttributes}. This
 * package doesn't know processes: what it needs of the process is handed in. Threads of the
 * transport enter.
 */
package kifs.fs.root.processes.threads;
