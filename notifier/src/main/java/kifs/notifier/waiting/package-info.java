/**
 * The waiter: a client that waits, and the queue of its events.
 *
 * <p>This package doesn't know how events come about. Any thread may read a {@link
 * kifs.notifier.waiting.Subscription}. Only the notifier adds events, through {@link
 * kifs.notifier.waiting.Waiter}. Each class states its lock.
 */
@NullMarked
package kifs.notifier.waiting;

import org.jspecify.annotations.NullMarked;
