/**
 * Conditions on the entities of a kernel, and the clients that wait for them. {@link
 * kifs.notifier.Notifier} is the entrance: it accepts subscriptions, runs the loop that samples,
 * and fills the queues of waiters.
 *
 * <p>The packages below are its parts. The file system may know {@code entity}, {@code metric},
 * {@code condition} and {@code waiting}; {@code sampling}, {@code happening} and {@code pace} are
 * internal to this package.
 *
 * <p>Any thread may subscribe and close. One thread of the notifier's own runs the loop; threads of
 * the kernel source report events. The class comment of {@link kifs.notifier.Notifier} states every
 * lock and its order. A figure without waiters is not sampled.
 */
@NullMarked
package kifs.notifier;

import org.jspecify.annotations.NullMarked;
