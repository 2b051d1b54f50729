package kifs.kernel.recording;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads a file from its start to its end, and counts the bytes. It allocates only as much as there
 * is to read, whatever a header claims. Not thread-safe.
 */
final class ByteSource {
  /** The least memory that is allocated for a long read, bytes. */
  private static final int CHUNK = 1 << 20;

  private final InputStream in;
  private long position;

  ByteSource(InputStream in) {
    this.in = in;
  }

  /** The number of bytes that were read. */
  long position() {
    return position;
  }

  /** Reads that many bytes, or fewer at the end of the file. */
  byte[] read(long count) throws IOException {
    return readAfter(new byte[0], count);
  }

  /**
   * Reads bytes after others that were read before.
   *
   * @param count how many bytes to read; fewer at the end of the file
   * @return those that were read before, and then the new ones
   */
  byte[] readAfter(byte[] before, long count) throws IOException {
    long total = before.length + count;
    byte[] bytes = Arrays.copyOf(before, (int) Math.min(total, before.length + (long) CHUNK));
    int length = before.length;
    while (true) {
      int read = in.readNBytes(bytes, length, bytes.length - length);
      length += read;
      position += read;
      if (length < bytes.length || length == total) {
        return length < bytes.length ? Arrays.copyOf(bytes, length) : bytes;
      }
      bytes = Arrays.copyOf(bytes, (int) Math.min(total, 2L * length));
    }
  }
}
