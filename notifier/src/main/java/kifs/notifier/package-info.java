/**
 * Conditions on the entities of a kernel, and who waits for them. A {@link
 * kifs.notifier.condition.ConditionParser} reads a condition from the words of a pathname, {@link
 * kifs.notifier.Notifier} watches it and fills the queues of its {@link
 * kifs.notifier.waiting.Subscription}s. Nothing is sampled that nobody waits for.
 */
package kifs.notifier;
