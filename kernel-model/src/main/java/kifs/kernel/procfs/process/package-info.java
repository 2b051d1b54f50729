/**
 * The files of {@code /proc/[pid]} and {@code /proc/[pid]/task/[tid]}: one class per file parses
 * it, readers fill PROCESS, THREAD, COMMAND and LIMITS records, and plans decide which files a
 * query needs.
 *
 * <p>A parser is pure and survives any input: a figure that it can't read stays absent.
 *
 * <p>This package doesn't know open files, mappings or locks. One thread uses a reader at a time.
 */
package kifs.kernel.procfs.process;
