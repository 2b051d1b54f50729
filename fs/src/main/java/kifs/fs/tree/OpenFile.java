package kifs.fs.tree;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One open file. A read has two steps: {@link #prepare} may wait, {@link #read} does not. So no
 * data is taken for a reader that was interrupted while it waited. Thread-safe.
 */
public interface OpenFile {
  CompletableFuture<Void> READY = CompletableFuture.completedFuture(null);

  /**
   * The result of {@link #read} if another reader took the data first. A transport then prepares
   * again, or answers EAGAIN to a non-blocking reader.
   */
  int AGAIN = -1;

  /** The offset of a read from a stream, whose transport doesn't know a position. */
  long NEXT = -1;

  /**
   * Whether every read continues the read before, so that an offset has no meaning. A transport
   * that can tells the kernel so, and then reads at {@link #NEXT}. Others read at an offset that
   * begins at 0 and counts the bytes that were read.
   */
  default boolean isStream() {
    return false;
  }

  /**
   * Waits until a read at an offset can be answered.
   *
   * @return complete when the read can be answered. A transport ends the wait as it does with the
   *     future of {@link FileNode#open}
   */
  default CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    return READY;
  }

  /**
   * Copies the content at an offset.
   *
   * @return the number of bytes copied, 0 at the end, or {@link #AGAIN}
   */
  int read(long offset, ByteBuffer to);

  /**
   * Writes bytes.
   *
   * @param caller the client that writes, which need not be the one that opened the file
   * @return the number of bytes written, which is always all of them
   * @throws FsException EACCES if the file isn't writable, EINVAL if the bytes can't be understood
   */
  default int write(Caller caller, long offset, ByteBuffer from) {
    throw new FsException(Errno.EACCES, "not writable");
  }

  /**
   * The events that poll(2) now reports.
   *
   * @param handle woken once when the events change, then closed; null if no client waits. The file
   *     keeps at most one handle, and closes every handle that it received
   */
  default int poll(@Nullable PollHandle handle) {
    if (handle != null) {
      handle.close();
    }
    return PollEvents.ALWAYS;
  }

  /** Makes the kernel poll again if a client is in poll(2), because the tree is going away. */
  default void wakePoller() {}

  /** Releases the file, because its last descriptor was closed. */
  default void release() {}
}
