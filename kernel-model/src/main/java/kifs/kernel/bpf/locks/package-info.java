/**
 * Facts about blocked threads, read by a BPF program, for {@code kifs.kernel.locks.blocked}.
 *
 * <p>This package doesn't know its neighbours {@code holdings} and {@code events}. One search for
 * waits runs at a time.
 */
@NullMarked
package kifs.kernel.bpf.locks;

import org.jspecify.annotations.NullMarked;
