package kifs.fs.transport;

import java.nio.file.Path;
import java.util.List;
import kifs.fs.tree.Tree;

/**
 * Serves a tree at a mountpoint. It turns kernel requests into calls on nodes, and nothing else.
 */
public interface Transport {
  /**
   * Mounts, once; returns when the tree answers.
   *
   * @throws MountException if it can't; nothing is left mounted then
   */
  void mount(Path mountpoint, Tree tree) throws MountException;

  /**
   * Wakes every waiter with an error, then unmounts: at once if nobody is in the tree, else within
   * two seconds and leaving whoever still is to their errors. Idempotent.
   */
  void unmount();

  /** Waits until the tree isn't served any more, whoever unmounted it. */
  void awaitEnd() throws InterruptedException;

  /** What an administrator should know; one line each. */
  List<String> warnings();

  /** Why a tree could not be mounted. */
  final class MountException extends Exception {
    private static final long serialVersionUID = 1L;

    public MountException(String message) {
      super(message);
    }

    public MountException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
