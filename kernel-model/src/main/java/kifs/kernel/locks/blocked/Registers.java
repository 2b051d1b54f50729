package kifs.kernel.locks.blocked;

/**
 * Registers of a thread that is blocked in a system call. Immutable, except for its array, which
 * must not be modified.
 *
 * @param link return address of the innermost function, if that function has called no other; 0:
 *     the architecture keeps it on the stack
 * @param saved the callee-saved registers (on x86-64 rbx, rbp, r12 to r15; on aarch64 x19 to x28),
 *     in any order
 */
public record Registers(long link, long[] saved) {}
