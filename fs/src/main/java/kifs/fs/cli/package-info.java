/**
 * The words on a command line, and what each command does.
 *
 * <p>{@link kifs.fs.cli.Main} is the entrance. Commands know the daemon; nothing knows them. They
 * run on the main thread.
 */
package kifs.fs.cli;
