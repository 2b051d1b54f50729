package kifs.notifier.history;

/**
 * What the history is doing. Immutable.
 *
 * @param intervalNs the interval that was asked for, ns; 0: there is no history
 * @param lastIntervalNs the time between the last two samples, ns; longer than the interval if
 *     samples would cost more than their share of a CPU; 0: there were not two samples yet
 * @param samples the number of samples so far
 * @param spentNs CPU time that they took, ns; the part of passes that conditions share is not in it
 * @param entities the number of processes and threads
 * @param maxEntities the maximum number of processes, and of threads; further ones have no history
 * @param series the number of metrics of entities that the detector follows
 * @param maxSeries the maximum number of those
 * @param refusedSeries how many could not be followed because there were too many
 */
public record HistoryStatus(
    long intervalNs,
    long lastIntervalNs,
    long samples,
    long spentNs,
    int entities,
    int maxEntities,
    int series,
    int maxSeries,
    long refusedSeries) {}
