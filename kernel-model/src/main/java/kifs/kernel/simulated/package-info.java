/**
 * A kernel that is made up: a table of processes whose figures are functions of a clock. It needs
 * no host, no privileges and no waiting, so tests predict every value, demonstrations always show
 * the same, and a million threads fit into a few megabytes.
 *
 * <p>This package doesn't know scripts; it knows only that something happens by itself at certain
 * times. Every access holds the kernel's one lock, so any thread may use a simulated kernel.
 */
package kifs.kernel.simulated;
