package kifs.fs.tree;

import java.util.concurrent.CompletableFuture;

/** A file, to be opened. */
public non-sealed interface FileNode extends Node {
  /**
   * Opens the file. It is bound to its entity from here on, whatever gets the entity's id later.
   *
   * @return done at once unless opening means waiting. A transport ends the wait by completing the
   *     future exceptionally with an {@link FsException}; whoever completes it first wins, so
   *     neither an interrupt nor an event is lost
   * @throws FsException if it can't be opened
   */
  CompletableFuture<OpenFile> open(Caller caller, OpenMode mode);

  /** Whether it may be opened for writing. */
  default boolean isWritable() {
    return false;
  }

  @Override
  default Kind kind() {
    return Kind.FILE;
  }

  @Override
  default int permissions() {
    return isWritable() ? 0644 : 0444;
  }
}
