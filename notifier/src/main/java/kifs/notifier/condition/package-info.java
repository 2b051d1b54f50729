/**
 * Conditions as pathnames say them: metric, predicate, threshold and options.
 *
 * <p>This package doesn't know kernel sources. Everything here is immutable.
 */
@NullMarked
package kifs.notifier.condition;

import org.jspecify.annotations.NullMarked;
