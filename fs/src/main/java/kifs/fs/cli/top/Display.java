package kifs.fs.cli.top;

import java.io.IOException;
import java.util.List;

/** The terminal, as the view needs it. One thread uses it. */
public interface Display {
  int rows();

  int columns();

  /**
   * Waits for keys.
   *
   * @return the keys; none if the time has passed, or the size has changed
   */
  List<Key> keys(long timeoutMs) throws IOException;

  /** Writes bytes to the terminal. */
  void write(byte[] bytes) throws IOException;

  /** Whether characters that aren't ASCII can be shown. */
  boolean isUtf8();

  boolean hasColors();
}
