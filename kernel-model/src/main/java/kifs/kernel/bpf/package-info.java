/**
 * A kernel seen through BPF programs, which run inside it and write finished records into memory
 * shared with us. The programs are in {@code src/main/bpf}. What this kernel refuses, and what BPF
 * can't give, comes from {@link kifs.kernel.procfs}.
 */
package kifs.kernel.bpf;
