/**
 * Tests of the jar as users run it: mount.sh starts it, and real clients read from it. /proc and ps
 * are the oracles.
 */
package kifs.fs.mounted;
