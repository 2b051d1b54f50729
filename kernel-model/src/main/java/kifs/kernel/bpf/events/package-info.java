/**
 * Events that BPF programs report from trace points: exits, forks, execs, OOM kills, and resident
 * memory that crosses a level.
 *
 * <p>This package doesn't know its neighbours {@code locks} and {@code holdings}. One thread of its
 * own reads the ring buffer and calls listeners; the notifier's threads register and cancel
 * watches.
 */
@NullMarked
package kifs.kernel.bpf.events;

import org.jspecify.annotations.NullMarked;
