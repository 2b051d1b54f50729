/**
 * What Linux reports by itself: exits by pidfd, process events by the proc connector, memory
 * pressure by PSI triggers, OOM kills by the kernel log.
 *
 * <p>{@link kifs.kernel.linux.events.LinuxEvents} puts them together behind {@link
 * kifs.kernel.source.KernelEvents}.
 *
 * <p>This package knows system calls, not /proc's files. One thread of its own waits in epoll and
 * calls listeners; the notifier's threads register and cancel watches.
 */
package kifs.kernel.linux.events;
