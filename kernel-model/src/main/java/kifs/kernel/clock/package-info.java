/**
 * The time of a kernel: the port {@link kifs.kernel.clock.KernelClock}, and two made-up clocks.
 *
 * <p>{@link kifs.kernel.clock.VirtualClock} advances only when its user advances it, so a test
 * plays an hour in milliseconds. {@link kifs.kernel.clock.FollowingClock} advances with the clock
 * of the host that it runs on. The clock of a live host is in {@code kifs.kernel.linux}.
 *
 * <p>This package doesn't depend on the rest of kifs. Any thread may read a clock.
 */
@NullMarked
package kifs.kernel.clock;

import org.jspecify.annotations.NullMarked;
