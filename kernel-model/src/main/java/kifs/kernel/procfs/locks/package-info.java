/**
 * Readers of what /proc shows about blocked threads: their system calls, the memory words on which
 * they wait, and the table of file locks. Each reader is here together with the parsers that only
 * it uses.
 *
 * <p>{@link kifs.kernel.procfs.locks.ProcfsLockFacts} implements {@link
 * kifs.kernel.locks.blocked.LockFacts} by /proc. This package doesn't depend on the package about
 * holdings. One thread uses a reader at a time.
 */
@NullMarked
package kifs.kernel.procfs.locks;

import org.jspecify.annotations.NullMarked;
