package kifs.fs.tree;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/**
 * One open file. A read comes in two steps, so that no data is taken for a reader that has been
 * interrupted: {@link #prepare} may wait, {@link #read} does not. Thread-safe.
 */
public interface OpenFile {
  CompletableFuture<Void> READY = CompletableFuture.completedFuture(null);

  /** {@link #read}'s answer if another reader was quicker: prepare again, or EAGAIN. */
  int AGAIN = -1;

  /**
   * Waits until a read at that offset can be answered.
   *
   * @return to be ended like the future of {@link FileNode#open}
   */
  default CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    return READY;
  }

  /**
   * Copies what there is at that offset.
   *
   * @return bytes copied, 0 at the end, or {@link #AGAIN}
   */
  int read(long offset, ByteBuffer to);

  /**
   * @return bytes taken: all of them
   */
  default int write(long offset, ByteBuffer from) {
    throw new FsException(Errno.EACCES, "not writable");
  }

  /**
   * What poll(2) reports now.
   *
   * @param handle to be notified once when that changes, then closed; null: nobody waits. The file
   *     keeps at most one and closes every one that it was given
   */
  default int poll(PollHandle handle) {
    if (handle != null) {
      handle.close();
    }
    return PollEvents.ALWAYS;
  }

  /** Makes the kernel poll again, if anybody is in poll(2): the tree is going away. */
  default void wakePoller() {}

  /** The last descriptor was closed. */
  default void release() {}
}
