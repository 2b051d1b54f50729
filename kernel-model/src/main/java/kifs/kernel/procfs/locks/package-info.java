/**
 * What /proc shows about blocked threads: their system calls, the memory words that they wait on,
 * the table of file locks. Readers, each with the parsers that it alone uses.
 *
 * <p>{@link kifs.kernel.procfs.locks.ProcfsLockFacts} is this kernel's {@link
 * kifs.kernel.locks.blocked.LockFacts}. This package doesn't know holdings. One thread uses a
 * reader at a time.
 */
package kifs.kernel.procfs.locks;
