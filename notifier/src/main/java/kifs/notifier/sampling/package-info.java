/**
 * What is kept from sample to sample, when to sample, what a sample finds, and what is reported
 * about it.
 *
 * <p>The notifier's lock guards everything here. Only {@link kifs.notifier.Notifier} and its
 * registry enter.
 */
package kifs.notifier.sampling;
