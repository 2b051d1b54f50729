/**
 * The history of processes and threads: samples once a second, what is usual for each, and how far
 * the present is from it.
 *
 * <p>{@link kifs.notifier.history.History} is the entrance. The notifier's thread gives it a pass
 * over the host; other threads read it. The arithmetic is in {@code detector}, which this package
 * feeds. docs/unusual.md says how all of it works.
 */
@NullMarked
package kifs.notifier.history;

import org.jspecify.annotations.NullMarked;
