package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;

/**
 * Memory for one answer, lent by a {@link Channel}. Its owner closes it exactly once, after it was
 * sent. Not thread-safe.
 */
public interface Answer extends AutoCloseable {
  /** The memory, in the host's byte order. */
  ByteBuffer buffer();

  @Override
  void close();
}
