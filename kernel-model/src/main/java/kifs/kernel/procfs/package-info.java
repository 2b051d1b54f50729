/**
 * The live kernel as /proc shows it. {@link kifs.kernel.procfs.ProcfsSource} combines what its
 * subpackages read.
 *
 * <p>The subpackages divide /proc by subject, so that each parser is in the package of the one
 * reader that uses it.
 *
 * <p>Only {@code kifs.kernel.bpf} and the daemon may use these packages. Each pass runs on one
 * thread; several passes may run at once.
 */
@NullMarked
package kifs.kernel.procfs;

import org.jspecify.annotations.NullMarked;
