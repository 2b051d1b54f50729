/**
 * Things that happen, instead of being a figure: exits, forks, execs, OOM kills and deadlocks.
 *
 * <p>This package doesn't know conditions on figures. Threads of the kernel source put events into
 * it, and the notifier's loop collects what happened.
 */
@NullMarked
package kifs.notifier.happening;

import org.jspecify.annotations.NullMarked;
