/**
 * The command line.
 *
 * <p>{@link kifs.fs.cli.Main} is the main class. This package uses the daemon, and no other package
 * uses this one. It runs on the main thread.
 */
@NullMarked
package kifs.fs.cli;

import org.jspecify.annotations.NullMarked;
