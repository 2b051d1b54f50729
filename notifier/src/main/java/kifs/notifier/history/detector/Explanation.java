package kifs.notifier.history.detector;

/**
 * Why a series has its score. Immutable.
 *
 * @param score how many spreads the present is from what is usual; 0 is as usual
 * @param now the present value, averaged over the horizon that gave the score, in the series' unit
 * @param usualLow the least value of this average that is usual, in the series' unit
 * @param usualHigh the greatest one
 */
public record Explanation(double score, double now, double usualLow, double usualHigh) {}
