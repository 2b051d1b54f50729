package kifs.fs.cli.series;

import java.io.Flushable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads lines in constant memory, however long they are. Before each read of the input that may
 * block, it flushes the output, so that the answer to a line is there before the next line comes.
 * Not thread-safe.
 */
final class Lines {
  /** A longer line is {@link #isTooLong}. */
  static final int MAX_BYTES = 1024;

  private final InputStream in;
  private final Flushable output;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private final byte[] line = new byte[MAX_BYTES];
  private int length;
  private boolean isTooLong;
  private long number;

  /**
   * @param output flushed before each read
   */
  Lines(InputStream in, Flushable output) {
    this.in = in;
    this.output = output;
  }

  /** Goes to the next line. Returns whether there is one. */
  boolean advance() throws IOException {
    length = 0;
    isTooLong = false;
    boolean hasBytes = false;
    while (next < end || fill()) {
      hasBytes = true;
      byte b = buffer[next++];
      if (b == '\n') {
        break;
      }
      if (length < MAX_BYTES) {
        line[length++] = b;
      } else {
        isTooLong = true;
      }
    }
    number += hasBytes ? 1 : 0;
    return hasBytes;
  }

  private boolean fill() throws IOException {
    output.flush();
    next = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  /** The number of the line; the first is 1. */
  long number() {
    return number;
  }

  /** Whether the line has more than {@link #MAX_BYTES}. */
  boolean isTooLong() {
    return isTooLong;
  }

  /** The line without its end, and without blanks around it. One char for each byte. */
  String text() {
    return new String(line, 0, length, StandardCharsets.ISO_8859_1).strip();
  }
}
