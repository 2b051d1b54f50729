package kifs.kernel.locks.blocked;

/**
 * Registers of a thread that is blocked in a system call. Immutable but for its array, which nobody
 * changes.
 *
 * @param link where the innermost function returns to, if that called nothing itself; 0: this
 *     processor keeps that on the stack
 * @param saved those that functions keep for their callers (on x86-64 rbx, rbp, r12 to r15; on
 *     aarch64 x19 to x28), in any order
 */
public record Registers(long link, long[] saved) {}
