/**
 * The directory {@code notify/}: thresholds as files, events as lines.
 *
 * <p>This package doesn't know which entity a threshold is about. {@code Subscriptions} turns the
 * exceptions of the notifier into errnos. Threads of the transport call this package; the
 * notifier's thread calls it to wake a waiter.
 */
@NullMarked
package kifs.fs.node.notify;

import org.jspecify.annotations.NullMarked;
