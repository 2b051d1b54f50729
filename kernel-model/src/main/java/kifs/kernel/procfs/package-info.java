/**
 * The live kernel as /proc shows it. {@link kifs.kernel.procfs.ProcfsSource} puts together what the
 * packages below read.
 *
 * <p>The packages below divide /proc by subject, so that each parser stands beside the one reader
 * that uses it.
 *
 * <p>Only {@code kifs.kernel.bpf} and the daemon may know this family. Each pass runs on one
 * thread; several passes may run at once.
 */
package kifs.kernel.procfs;
