package kifs.fs.cli.command;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;

/**
 * Where a command reads and writes.
 *
 * @param in its input
 * @param out its output; a command buffers it and flushes it
 * @param err its error output
 */
record Streams(InputStream in, OutputStream out, PrintStream err) {}
