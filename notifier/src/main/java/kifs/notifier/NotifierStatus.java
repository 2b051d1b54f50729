package kifs.notifier;

/**
 * What the notifier is doing.
 *
 * @param waiters open subscriptions
 * @param conditions distinct ones
 * @param pushed times that the kernel told something by itself so far
 * @param tickNs time between the two last samples of the same thing; 0: nothing is sampled
 * @param samples made so far
 * @param lateTicks samples that the host delayed by more than half a tick: they began late, or
 *     others had the processor while they were made
 * @param worstLateNs the longest such delay
 * @param samplingNs processor time spent on sampling so far
 */
public record NotifierStatus(
    int waiters,
    int conditions,
    long pushed,
    long tickNs,
    long samples,
    long lateTicks,
    long worstLateNs,
    long samplingNs) {}
