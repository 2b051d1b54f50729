/**
 * A kernel observed by BPF programs, which run inside the kernel and write finished records into
 * memory that they share with the daemon. {@link kifs.kernel.bpf.BpfSource} puts the packages below
 * together.
 *
 * <p>The programs are in {@code src/main/bpf}. Figures that BPF can't provide on this kernel come
 * from {@code kifs.kernel.procfs}.
 *
 * <p>Only the daemon may know this family. Each pass runs on one thread; several passes may run at
 * once.
 */
@NullMarked
package kifs.kernel.bpf;

import org.jspecify.annotations.NullMarked;
