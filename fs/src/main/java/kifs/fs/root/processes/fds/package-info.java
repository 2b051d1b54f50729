/**
 * The directory {@code processes/<pid>/fds/}: one file for each open file descriptor.
 *
 * <p>This package doesn't know processes: what it needs of the process is handed in. Threads of the
 * transport enter.
 */
package kifs.fs.root.processes.fds;
