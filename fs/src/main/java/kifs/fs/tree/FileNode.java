package kifs.fs.tree;

import java.util.concurrent.CompletableFuture;

/** A file that can be opened. */
public non-sealed interface FileNode extends Node {
  /**
   * Opens the file. The open file stays bound to its entity, even if the kernel uses the entity's
   * id again.
   *
   * @return complete at once, unless the open has to wait for an event. A transport ends the wait
   *     by completing the future exceptionally with an {@link FsException}. Only the first
   *     completion counts, so neither an interrupt nor an event is lost
   * @throws FsException if it can't be opened
   */
  CompletableFuture<OpenFile> open(Caller caller, OpenMode mode);

  /** Whether the file may be opened for writing. */
  default boolean isWritable() {
    return false;
  }

  @Override
  default Kind kind() {
    return Kind.FILE;
  }

  @Override
  default int permissions() {
    // What is written changes only what the same open file reads.
    return isWritable() ? 0666 : 0444;
  }
}
