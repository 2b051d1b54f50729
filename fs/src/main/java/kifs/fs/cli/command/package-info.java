/**
 * The command {@code kifs}: one class for each of its commands.
 *
 * <p>{@link kifs.fs.cli.command.Kifs} is the main class, which the script {@code kifs} starts. The
 * commands read files and pipes; none of them needs a privilege, and none starts a daemon. They run
 * on the main thread.
 */
@NullMarked
package kifs.fs.cli.command;

import org.jspecify.annotations.NullMarked;
