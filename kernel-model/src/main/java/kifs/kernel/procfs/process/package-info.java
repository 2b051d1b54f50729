/**
 * The files of {@code /proc/[pid]} and {@code /proc/[pid]/task/[tid]}. One class parses each file,
 * readers fill PROCESS, THREAD, COMMAND and LIMITS records, and plans decide which files a query
 * needs.
 *
 * <p>A parser has no side effects and accepts any input: a figure that it can't read stays absent.
 *
 * <p>This package doesn't depend on the packages about open files, shared memory or locks.
 */
@NullMarked
package kifs.kernel.procfs.process;

import org.jspecify.annotations.NullMarked;
