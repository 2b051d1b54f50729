/**
 * The files of /proc about the host as a whole: stat, meminfo, loadavg, vmstat, pressure,
 * sys/fs/file-nr. One class per file parses it; {@link kifs.kernel.procfs.host.SystemReader} fills
 * SYSTEM and CPU records.
 *
 * <p>A parser is pure and survives any input: a figure that it can't read stays absent.
 *
 * <p>This package knows no process. One thread uses a reader at a time.
 */
package kifs.kernel.procfs.host;
