package kifs.notifier;

import java.util.Map;

/**
 * What the notifier is doing. Immutable.
 *
 * @param waiters the number of open subscriptions
 * @param waitersByUser the number of open subscriptions of each user, by uid
 * @param maxWaiters the maximum number of open subscriptions
 * @param maxWaitersPerUser the maximum number of open subscriptions of one user
 * @param queuedEvents the number of events that no client has read yet
 * @param lostEvents the number of events that were lost so far, added up over all subscriptions
 * @param conditions the number of distinct conditions
 * @param pushed how many times the kernel has pushed something so far
 * @param tickNs time between the last two samples, ns; 0: nothing is sampled
 * @param samples the number of samples taken so far
 * @param lateTicks the number of samples that the host delayed by more than half a tick: they began
 *     late, or other processes had the CPU while they were taken
 * @param worstLateNs the longest such delay, ns
 * @param samplingNs CPU time spent on sampling so far, ns
 */
public record NotifierStatus(
    int waiters,
    Map<Long, Integer> waitersByUser,
    int maxWaiters,
    int maxWaitersPerUser,
    int queuedEvents,
    long lostEvents,
    int conditions,
    long pushed,
    long tickNs,
    long samples,
    long lateTicks,
    long worstLateNs,
    long samplingNs) {}
