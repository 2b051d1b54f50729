/**
 * The time budget of sampling, and the thread that runs the notifier's loop.
 *
 * <p>This package knows only a clock. Each class states its thread safety.
 */
@NullMarked
package kifs.notifier.pace;

import org.jspecify.annotations.NullMarked;
