/**
 * The directory {@code notify/}: thresholds as files, events as lines.
 *
 * <p>This package doesn't know which entity it is about. The exceptions of the notifier become
 * errno here, in one place. Threads of the transport enter, and the notifier's threads to wake a
 * waiter.
 */
package kifs.fs.node.notify;
