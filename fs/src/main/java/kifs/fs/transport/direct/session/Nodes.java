package kifs.fs.transport.direct.session;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import kifs.fs.transport.KnownNodes;
import kifs.fs.transport.Memorable;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;
import org.jspecify.annotations.Nullable;

/**
 * The nodes that the kernel knows. A number stands for the same node until the kernel has forgotten
 * the node as often as it has got it, and no number is used twice. Thread-safe: the monitor guards
 * the names, and the counts of lookups.
 */
final class Nodes {
  /** The number of the root, which the kernel knows without a lookup. */
  static final long ROOT = 1;

  private static final long MAX_AGE_NS = TimeUnit.SECONDS.toNanos(Memorable.SECONDS);

  private record Name(long directory, String name) {}

  private final Tree tree;
  private final ConcurrentHashMap<Long, KnownNode> byNumber = new ConcurrentHashMap<>();
  private final Map<Name, KnownNode> byName = new HashMap<>();
  private final KnownNodes counted = new KnownNodes();
  private long last = ROOT;

  Nodes(Tree tree) {
    this.tree = tree;
    byNumber.put(
        ROOT, new KnownNode(ROOT, null, "", false, null, new Tree.Found(tree.root(), true)));
  }

  /**
   * The node of a number.
   *
   * @throws FsException ESTALE if the kernel can't know that number; it then looks the name up
   *     again
   */
  KnownNode get(long number) {
    KnownNode known = byNumber.get(number);
    if (known == null) {
      throw new FsException(Errno.ESTALE, "no node has the number " + number);
    }
    return known;
  }

  /** The path of a node, for the log. */
  String describe(long number) {
    KnownNode known = byNumber.get(number);
    return known == null ? "node " + number : known.path();
  }

  /** A name that was looked up: what was found, and the number that stands for it. */
  record Lookup(KnownNode known, Tree.Found found) {}

  /**
   * Looks a name up. The kernel gets the number, and forgets it later.
   *
   * @throws FsException as {@link Directory#lookup}
   */
  Lookup lookup(KnownNode directory, String name, Caller caller) {
    return lookup(directory, directory(directory, caller), name, caller);
  }

  /** Takes note that a lookup did not find the name. */
  private synchronized void vanished(KnownNode directory, String name) {
    KnownNode known = byName.remove(new Name(directory.number(), name));
    if (known != null) {
      known.vanish();
    }
  }

  /**
   * Looks a name up in a directory that {@link #directory} has found for the client.
   *
   * @throws FsException as {@link Directory#lookup}
   */
  Lookup lookup(KnownNode directory, Directory in, String name, Caller caller) {
    Tree.Found found;
    try {
      found = Tree.find(in, name, caller);
    } catch (FsException e) {
      if (e.errno() == Errno.ENOENT && !directory.isPersonal() && !in.isPersonal(name)) {
        vanished(directory, name);
      }
      throw e;
    }
    return new Lookup(know(directory, in, name, found), found);
  }

  private KnownNode know(KnownNode parent, Directory in, String name, Tree.Found found) {
    Name key = new Name(parent.number(), name);
    boolean isPersonal = parent.isPersonal() || in.isPersonal(name);
    KnownNode known;
    synchronized (this) {
      known = byName.get(key);
      if (known != null && found.node().isSameAs(known.node())) {
        known.renew(in, found.node());
        known.addLookups(1);
        return known;
      }
      if (known != null) {
        known.vanish();
      }
      known = new KnownNode(++last, parent, name, isPersonal, in, found);
      byName.put(key, known);
      byNumber.put(known.number(), known);
      known.addLookups(1);
    }
    boolean isEntity = !found.lasts() && found.node() instanceof Directory;
    counted.found(known.number(), parent.number(), isEntity ? known.path() : null);
    return known;
  }

  /** Takes note that the kernel has forgotten a node a number of times. */
  void forget(long number, long times) {
    KnownNode known = byNumber.get(number);
    if (known == null || number == ROOT) {
      return;
    }
    synchronized (this) {
      known.addLookups(-times);
      if (known.lookups() > 0) {
        return;
      }
      byNumber.remove(number);
      byName.remove(new Name(numberOf(known.parent()), known.name()), known);
    }
    counted.forgotten(number);
  }

  private static long numberOf(@Nullable KnownNode parent) {
    return parent == null ? 0 : parent.number();
  }

  /**
   * The node for a client. What a personal path leads to is found again, so that each client gets
   * what it may see.
   *
   * @throws FsException ENOENT if an entity on the path has vanished; ENOENT, EACCES or EPERM if
   *     the client may not know of the node
   */
  Node node(KnownNode known, Caller caller) {
    if (known.isPersonal()) {
      return tree.resolve(known.path(), caller);
    }
    for (KnownNode at = known; at.parent() != null; at = at.parent()) {
      if (!at.isLasting() && !isPresent(at, at.parent(), caller)) {
        throw new FsException(Errno.ENOENT, known.path());
      }
    }
    return known.present(caller);
  }

  /**
   * Whether a name that doesn't last still names the same. A walk that has just passed the name has
   * looked it up. A client whose working directory is below it, or that walks by names that the
   * kernel remembers, has not; then it is looked up if it is as old as what the kernel remembers.
   */
  private static boolean isPresent(KnownNode entity, KnownNode parent, Caller caller) {
    if (entity.isGone() || entity.ageNs() < MAX_AGE_NS) {
      return !entity.isGone();
    }
    try {
      if (parent.present(caller) instanceof Directory directory) {
        Node now = directory.lookup(entity.name(), caller);
        if (now.isSameAs(entity.node())) {
          entity.renew(directory, now);
          return true;
        }
      }
    } catch (FsException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
    entity.vanish();
    return false;
  }

  /** The directory for a client, as {@link #node}. */
  Directory directory(KnownNode known, Caller caller) {
    if (node(known, caller) instanceof Directory directory) {
      return directory;
    }
    throw new FsException(Errno.ENOTDIR, known.path());
  }

  /**
   * The node with its present attributes. A file that is open outlives its entity, and so does a
   * working directory. Both can still be asked for attributes, as in /proc.
   */
  Node present(KnownNode known, Caller caller) {
    if (known.parent() == null) {
      return known.node();
    }
    try {
      Node now = tree.resolve(known.path(), caller);
      return now.isSameAs(known.node()) ? now : known.node();
    } catch (FsException e) {
      if (known.isPersonal() && e.errno() != Errno.ENOENT) {
        throw e;
      }
      return known.node();
    }
  }

  /** How many nodes the kernel knows, and which of them are directories of entities. */
  KnownNodes counted() {
    return counted;
  }

  /** Whether the entity that a path names has vanished. */
  boolean hasVanished(String path, Caller self) {
    try {
      tree.resolve(path, self);
      return false;
    } catch (FsException e) {
      return e.errno() == Errno.ENOENT;
    }
  }
}
