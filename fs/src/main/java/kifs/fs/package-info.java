/**
 * One kernel served at one mountpoint, and the words on a command line. Only this package knows
 * which kernel sources and which transports there are.
 */
package kifs.fs;
