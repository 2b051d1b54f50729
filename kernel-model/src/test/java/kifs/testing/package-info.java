/**
 * What tests of all modules share: waiting for conditions, running programs, simulated kernels,
 * bulks, and event lines. It is packed into a jar of its own, which the other modules use in tests.
 * It knows no test, no notifier and no filesystem.
 */
package kifs.testing;
