/**
 * From a blocked system call to the thread that it waits for.
 *
 * <p>A source supplies raw facts about blocked threads through {@link
 * kifs.kernel.locks.blocked.LockFacts}. {@link kifs.kernel.locks.blocked.CallWaits} derives waits
 * from them, using the memory layouts of glibc's and musl's locks and the kernel's table of file
 * locks.
 *
 * <p>Plain JDK. This package knows {@code locks.graph}, but not which source supplies the facts.
 * One thread at a time uses a {@link kifs.kernel.locks.blocked.CallWaits}.
 */
@NullMarked
package kifs.kernel.locks.blocked;

import org.jspecify.annotations.NullMarked;
