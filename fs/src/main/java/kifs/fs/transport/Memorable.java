package kifs.fs.transport;

import kifs.fs.tree.FileNode;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;

/** The part of a lookup's answer that the kernel may remember. */
public enum Memorable {
  NOTHING,
  /** The existence of the name. */
  NAME,
  /** The existence of the name, and its attributes: kind, permissions, size, owner. */
  NAME_AND_ATTRIBUTES;

  /** The time for which the kernel may remember an answer, s. */
  public static final long SECONDS = 1;

  /** Decides for one answer. */
  // By identity: an entity whose owner happens to be root may get another owner.
  @SuppressWarnings("ReferenceEquality")
  public static Memorable of(Tree.Found found) {
    Node node = found.node();
    // After a write the kernel takes the number of bytes written for the size of the file, until
    // the next lookup. An append would begin there instead of at 0.
    if (!found.lasts() || node instanceof FileNode file && file.isWritable()) {
      return NOTHING;
    }
    // An owner other than root changes with the entity.
    return node.owner() == Node.Owner.ROOT ? NAME_AND_ATTRIBUTES : NAME;
  }
}
