package kifs.fs.transport;

import kifs.fs.tree.FileNode;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;

/**
 * The part of a lookup's answer that the kernel may remember. The attributes (kind, permissions,
 * size, owner) decide who may open a node. The kernel looks up a name that it doesn't remember in
 * every walk of a path, and the answer replaces the attributes.
 */
public enum Memorable {
  /** The attributes, until the name is looked up again. */
  ATTRIBUTES,
  /** The existence of the name, and its attributes. */
  NAME_AND_ATTRIBUTES;

  /** The time for which the kernel may remember an answer, s. */
  public static final long SECONDS = 1;

  /** Decides for one answer. */
  // By identity: an entity whose owner happens to be root may get another owner.
  @SuppressWarnings("ReferenceEquality")
  public static Memorable of(Tree.Found found) {
    Node node = found.node();
    // After a write the kernel takes the number of bytes written for the size of the file, until
    // the next lookup. An append would begin there instead of at 0. An owner other than root
    // changes with the entity.
    boolean isFixed =
        found.lasts()
            && !(node instanceof FileNode file && file.isWritable())
            && node.owner() == Node.Owner.ROOT;
    return isFixed ? NAME_AND_ATTRIBUTES : ATTRIBUTES;
  }
}
