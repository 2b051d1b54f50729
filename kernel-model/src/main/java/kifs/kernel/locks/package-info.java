/**
 * Who waits for whom, and who waits for ever. Plain JDK.
 *
 * <p>A source tells raw facts of threads that are blocked: {@link kifs.kernel.locks.LockFacts}.
 * What they mean is told apart by {@link kifs.kernel.locks.CallWaits}, with the layouts of glibc's
 * and musl's locks in {@link kifs.kernel.locks.FutexClassifier}. Out of these {@link
 * kifs.kernel.locks.Wait}s {@link kifs.kernel.locks.WaitGraph} finds who can't go on, and {@link
 * kifs.kernel.locks.LockMonitor} looks at those again and again before it calls it a deadlock.
 */
package kifs.kernel.locks;
