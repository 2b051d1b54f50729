package kifs.fs.transport;

import java.nio.file.Path;
import java.util.List;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;

/**
 * Serves a tree at a mountpoint. A transport turns the kernel's requests into calls on nodes, and
 * does nothing else. Thread-safe.
 */
public interface Transport {
  /**
   * Mounts the tree, and returns when it answers. A transport can mount only once.
   *
   * @param isPrivate whether only the user that mounts the tree may enter it
   * @throws MountException if the tree can't be mounted; then nothing is left mounted
   */
  void mount(Path mountpoint, Tree tree, boolean isPrivate) throws MountException;

  /**
   * Wakes every waiter with an error, then unmounts: at once if no client is in the tree, else
   * after two seconds at the latest. A client that is still in the tree then gets errors.
   * Idempotent.
   */
  void unmount();

  /** Waits until the tree is no longer served, by whatever means it was unmounted. */
  void awaitEnd() throws InterruptedException;

  /** The name by which {@code --transport=} chooses this transport. */
  String name();

  /** What the kernel and clients hold of the tree now. */
  Usage usage();

  /** Warnings for the administrator, one line each. */
  List<String> warnings();

  /** A tree could not be mounted; the message says why. */
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
