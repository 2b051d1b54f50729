/**
 * A condition as it stands in a pathname: metric, predicate, value and options.
 *
 * <p>This package doesn't know kernel sources. Everything here is immutable.
 */
package kifs.notifier.condition;
