/**
 * The plain values of a made-up process: counters, memory, limits, credentials, open files.
 *
 * <p>This package knows no process and no lock. Its values are guarded by the lock of the kernel
 * that holds them.
 */
package kifs.kernel.simulated.figures;
