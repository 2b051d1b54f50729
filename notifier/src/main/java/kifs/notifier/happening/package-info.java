/**
 * What isn't sampled but happens: exits, forks, execs, OOM kills and deadlocks.
 *
 * <p>This package doesn't know conditions on figures. Threads of the kernel source enter it to
 * report, the notifier's loop to collect.
 */
package kifs.notifier.happening;
