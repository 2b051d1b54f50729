/**
 * The sampling part of the notifier: when to sample, what to keep from sample to sample, and which
 * events to report.
 *
 * <p>The notifier's lock guards everything here, except that {@link
 * kifs.notifier.sampling.Findings} are read without it. Only {@link kifs.notifier.Notifier} and its
 * registry call this package.
 */
@NullMarked
package kifs.notifier.sampling;

import org.jspecify.annotations.NullMarked;
