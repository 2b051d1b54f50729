/**
 * The entities that a condition is about, and the fields by which records identify them.
 *
 * <p>This package doesn't know metrics or thresholds. Its types are immutable, except for the
 * kernel references that a scope owns and closes.
 */
@NullMarked
package kifs.notifier.entity;

import org.jspecify.annotations.NullMarked;
