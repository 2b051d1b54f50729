/**
 * One open /proc: its root directory, its host and clock, and what this kernel and these privileges
 * give, found out once by trying.
 *
 * <p>{@link kifs.kernel.procfs.probe.Proc} is what readers in {@code holdings} and {@code locks}
 * receive. This package doesn't know them. Thread-safe.
 */
package kifs.kernel.procfs.probe;
