/**
 * The files of /proc about the host: stat, meminfo, loadavg, vmstat, pressure, sys/fs/file-nr. One
 * class parses each file; {@link kifs.kernel.procfs.host.SystemReader} fills SYSTEM and CPU
 * records.
 *
 * <p>A parser has no side effects and accepts any input: a figure that it can't read stays absent.
 */
@NullMarked
package kifs.kernel.procfs.host;

import org.jspecify.annotations.NullMarked;
