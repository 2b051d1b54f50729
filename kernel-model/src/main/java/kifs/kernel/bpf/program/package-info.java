/**
 * The loaded BPF programs and the memory that they share with the daemon.
 *
 * <p>This package knows which programs this kernel accepts; {@code kifs.kernel.bpf.layout} says
 * where in shared memory each figure lies. This package doesn't know queries. A {@link
 * kifs.kernel.bpf.program.Slot} belongs to one thread at a time; {@link
 * kifs.kernel.bpf.program.Slots} is thread-safe.
 */
@NullMarked
package kifs.kernel.bpf.program;

import org.jspecify.annotations.NullMarked;
