/**
 * Finds what is unusual in a series of measurements, one sample at a time and in constant memory.
 *
 * <p>This package is arithmetic. It knows neither metrics nor entities nor clocks: values, floors
 * and times are given to it. docs/unusual.md says how the detector works, what was tried, and how
 * well it does.
 */
@NullMarked
package kifs.notifier.history.detector;

import org.jspecify.annotations.NullMarked;
