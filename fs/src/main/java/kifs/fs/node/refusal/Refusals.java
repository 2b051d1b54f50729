package kifs.fs.node.refusal;

import java.time.InstantSource;
import kifs.fs.access.AccessRules;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;

/**
 * Makes the errors of names and queries that are refused, and keeps their reasons for the file
 * {@code errors}. Thread-safe.
 */
public final class Refusals {
  /** The name of the file, in the root of the tree and in each {@code notify/}. */
  public static final String FILE = "errors";

  private final AccessRules access;
  private final RefusedNames names = new RefusedNames(InstantSource.system());

  public Refusals(AccessRules access) {
    this.access = access;
  }

  /**
   * An error whose reason is kept as soon as a client gets the error.
   *
   * @param path the path below the mountpoint that is refused
   */
  public FsException of(Errno errno, String path, String reason) {
    return new FsException(errno, reason, caller -> names.add(caller, errno, path, reason));
  }

  /** The refusals of names in one directory. */
  public In in(String directory) {
    return new In(this, directory);
  }

  /**
   * The refusals of names in one directory. Thread-safe.
   *
   * @param directory its path below the mountpoint; empty: the root of the tree
   */
  public record In(Refusals refusals, String directory) {
    /** An error that says the same as another one, but whose reason is kept. */
    public FsException of(String name, FsException error) {
      String path = directory.isEmpty() ? name : directory + "/" + name;
      return refusals.of(error.errno(), path, error.reason());
    }
  }

  /**
   * The file {@code errors}. Names may tell what a user waits for, so only clients that see
   * everything get those of others.
   */
  public FileNode file() {
    return new TextNode(
        caller -> {
          boolean seesAll = access.viewer(caller).seesAll();
          return () -> names.text(caller.uid(), seesAll);
        });
  }
}
