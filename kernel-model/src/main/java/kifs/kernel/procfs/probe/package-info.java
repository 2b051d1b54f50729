/**
 * One open /proc: its root directory, its host and clock, and the fields that this kernel and the
 * daemon's privileges provide, found out once by trying.
 *
 * <p>Readers in {@code holdings} and {@code locks} receive a {@link kifs.kernel.procfs.probe.Proc}.
 * This package doesn't depend on them.
 */
@NullMarked
package kifs.kernel.procfs.probe;

import org.jspecify.annotations.NullMarked;
