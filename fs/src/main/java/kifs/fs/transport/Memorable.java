package kifs.fs.transport;

import kifs.fs.tree.FileNode;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;

/** How much of an answered lookup the kernel may remember. */
public enum Memorable {
  NOTHING,
  /** That there is such a name. */
  NAME,
  /** That there is such a name, and its attributes: kind, permissions, size, owner. */
  NAME_AND_ATTRIBUTES;

  /** How long the kernel may remember it, s. */
  public static final long SECONDS = 1;

  public static Memorable of(Tree.Found found) {
    Node node = found.node();
    // After a write the kernel takes the file to be as long as what was written, until the next
    // lookup. An append would begin there instead of at 0.
    if (!found.isKept() || node instanceof FileNode file && file.isWritable()) {
      return NOTHING;
    }
    // An owner other than root changes with the entity.
    return node.owner() == Node.Owner.ROOT ? NAME_AND_ATTRIBUTES : NAME;
  }
}
