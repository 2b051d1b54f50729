/**
 * A simulated kernel: a table of processes whose figures are functions of a clock. It needs no
 * host, no privileges and no waiting. So tests can predict every value, demonstrations always show
 * the same values, and a million threads fit into a few megabytes.
 *
 * <p>This package doesn't know scripts, only the interface {@code Scenario}. Every access holds the
 * kernel's one lock, so any thread may use a simulated kernel.
 */
@NullMarked
package kifs.kernel.simulated;

import org.jspecify.annotations.NullMarked;
