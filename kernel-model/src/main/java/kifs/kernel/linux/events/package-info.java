/**
 * Events that Linux pushes: exits by pidfd, process events by the proc connector, memory pressure
 * by PSI triggers, OOM kills by the kernel's log.
 *
 * <p>{@link kifs.kernel.linux.events.LinuxEvents} offers all of them as {@link
 * kifs.kernel.source.KernelEvents}.
 *
 * <p>This package uses system calls and doesn't parse files about processes. Each kind of event has
 * a thread of its own, which waits for the kernel and calls listeners. The notifier's threads
 * register and cancel watches.
 */
@NullMarked
package kifs.kernel.linux.events;

import org.jspecify.annotations.NullMarked;
