/**
 * The table of metrics, and how each metric is read from records.
 *
 * <p>This package doesn't know conditions. The interface {@link kifs.notifier.metric.Wanted}
 * describes the five properties of a condition that a metric needs. All metrics are immutable.
 */
@NullMarked
package kifs.notifier.metric;

import org.jspecify.annotations.NullMarked;
