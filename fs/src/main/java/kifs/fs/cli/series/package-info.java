/**
 * Scores a series of measurements that somebody else recorded, by the detector of the daemon.
 *
 * <p>{@link kifs.fs.cli.series.SeriesScorer} reads lines and writes lines. This package knows
 * neither options nor kernels.
 */
@NullMarked
package kifs.fs.cli.series;

import org.jspecify.annotations.NullMarked;
