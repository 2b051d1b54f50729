/**
 * Helpers that the tests of all modules share: waiting for conditions, running programs, simulated
 * kernels, bulks, and event lines. The package is packed into a jar of its own, which the other
 * modules use in tests. It doesn't know any test, the notifier or the filesystem.
 */
package kifs.testing;
