/**
 * Conditions as pathnames say them: metric, predicate, threshold and options.
 *
 * <p>This package doesn't know kernel sources. Everything here is immutable.
 */
package kifs.notifier.condition;
