/**
 * The time of a kernel: the port {@link kifs.kernel.clock.KernelClock}, and two clocks that are
 * made up.
 *
 * <p>{@link kifs.kernel.clock.VirtualClock} moves only when it is told to, so that tests play an
 * hour in milliseconds. {@link kifs.kernel.clock.FollowingClock} follows the clock of the host that
 * it runs on. The clock of a live host is in {@code kifs.kernel.linux}.
 *
 * <p>This package knows nothing of kifs. Any thread may read a clock.
 */
package kifs.kernel.clock;
