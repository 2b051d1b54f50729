/**
 * Tests of the jar as a user meets it: started by mount.sh, asked by real clients. /proc and ps are
 * the oracles.
 */
package kifs.fs.mounted;
