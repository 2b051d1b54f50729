/**
 * Reads of a process that can wait inside the kernel for as long as that process pleases: for the
 * lock of its memory ({@code cmdline}, {@code maps}, {@code mem}), for the end of its exec ({@code
 * io}, {@code syscall}), or for a mutex of a file that it uses (fdinfo of an epoll file). Such a
 * wait can't be interrupted, so {@link kifs.kernel.procfs.guard.GuardedReads} has another thread do
 * the read, and leaves that thread behind if it waits too long.
 *
 * <p>The package knows no record and no meaning of a file. Thread-safe, except for {@link
 * kifs.kernel.procfs.guard.Ask}, which one asker and one thread of the pool share.
 */
@NullMarked
package kifs.kernel.procfs.guard;

import org.jspecify.annotations.NullMarked;
