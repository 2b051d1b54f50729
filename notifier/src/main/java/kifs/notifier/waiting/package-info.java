/**
 * A client that waits, and the queue of its events.
 *
 * <p>This package doesn't know what fills the queue. Any thread may read a {@link
 * kifs.notifier.waiting.Subscription}; the notifier alone offers events, through {@link
 * kifs.notifier.waiting.Waiter}. Each class states its lock.
 */
package kifs.notifier.waiting;
