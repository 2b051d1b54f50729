package kifs.fs.transport.direct.session;

import kifs.fs.transport.Memorable;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;
import org.jspecify.annotations.Nullable;

/**
 * A node that the kernel knows by a number. It is bound to the node that was found when its name
 * was looked up. Thread-safe: {@link Nodes} guards the number of lookups.
 */
final class KnownNode {
  /**
   * A node with the directory that it was found in.
   *
   * @param directory null for the root
   */
  private record Found(@Nullable Directory directory, Node node) {}

  private final long number;
  private final @Nullable KnownNode parent;
  private final String name;
  private final boolean isPersonal;
  private final boolean isLasting;
  private volatile Found found;

  /** When the name was found last, by System.nanoTime. */
  private volatile long foundNs = System.nanoTime();

  private volatile boolean isGone;

  /** How often the kernel has got this node, less how often it has forgotten it. */
  private long lookups;

  /**
   * @param parent null for the root, as {@code directory}
   * @param isPersonal whether what the path leads to depends on the client
   */
  KnownNode(
      long number,
      @Nullable KnownNode parent,
      String name,
      boolean isPersonal,
      @Nullable Directory directory,
      Tree.Found found) {
    this.number = number;
    this.parent = parent;
    this.name = name;
    this.isPersonal = isPersonal;
    this.isLasting = found.lasts();
    this.found = new Found(directory, found.node());
  }

  long number() {
    return number;
  }

  @Nullable KnownNode parent() {
    return parent;
  }

  String name() {
    return name;
  }

  boolean isPersonal() {
    return isPersonal;
  }

  /** Whether neither the name nor the attributes ever change. */
  boolean isFixed() {
    try {
      return Memorable.of(new Tree.Found(node(), isLasting)) == Memorable.NAME_AND_ATTRIBUTES;
    } catch (FsException vanished) {
      return false;
    }
  }

  /** The node that was found last. */
  Node node() {
    return found.node();
  }

  /**
   * The node as its entity has it now. Below an entity that was looked up again, nodes are found
   * again in what that lookup found.
   */
  Node present(Caller caller) {
    Found last = found;
    if (parent == null
        || !isLasting
        || !(parent.present(caller) instanceof Directory directory)
        || directory == last.directory()) {
      return last.node();
    }
    Node now = directory.lookup(name, caller);
    found = new Found(directory, now);
    return now;
  }

  /** Takes over what a later lookup found of the same entity. */
  void renew(Directory directory, Node now) {
    found = new Found(directory, now);
    foundNs = System.nanoTime();
  }

  /** Whether the name lasts as long as its directory. */
  boolean isLasting() {
    return isLasting;
  }

  /** The time since the name was found last, ns. */
  long ageNs() {
    return System.nanoTime() - foundNs;
  }

  /** Takes note that the name now is no name, or that of another entity. */
  void vanish() {
    isGone = true;
  }

  boolean isGone() {
    return isGone;
  }

  long lookups() {
    return lookups;
  }

  void addLookups(long count) {
    lookups += count;
  }

  /** The path below the mountpoint, with a leading slash. */
  String path() {
    if (parent == null) {
      return "/";
    }
    return parent.parent() == null ? "/" + name : parent.path() + "/" + name;
  }

  @Override
  public String toString() {
    return path();
  }

  /** The number of names in the path. */
  int depth() {
    return parent == null ? 0 : parent.depth() + 1;
  }
}
