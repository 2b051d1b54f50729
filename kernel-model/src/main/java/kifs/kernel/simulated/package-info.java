/**
 * A kernel that is made up: a table of processes whose figures are functions of a clock. It needs
 * no host, no privileges and no waiting, so tests can predict every value, demonstrations always
 * show the same, and a million threads fit into a few megabytes.
 */
package kifs.kernel.simulated;
