/**
 * Which entities a condition is about, and by which fields records identify them.
 *
 * <p>This package doesn't know figures or thresholds. Its types are immutable, but for the kernel
 * references that a scope owns and releases.
 */
package kifs.notifier.entity;
