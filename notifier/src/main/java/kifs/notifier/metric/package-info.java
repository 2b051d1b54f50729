/**
 * The one table of figures that can be waited for, and how each is read from records.
 *
 * <p>This package doesn't know thresholds: it takes the five questions that it has about one from
 * {@link kifs.notifier.metric.Wanted}. Everything here is immutable.
 */
package kifs.notifier.metric;
