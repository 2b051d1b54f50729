package kifs.fs.transport.direct.session;

import java.nio.charset.StandardCharsets;
import kifs.fs.transport.Memorable;
import kifs.fs.transport.direct.protocol.Attributes;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.protocol.Request;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Link;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;

/** Answers the requests about names and attributes. Thread-safe. */
final class NodeRequests {
  /** Bits of {@code valid} in struct fuse_setattr_in: the size, and what kifs doesn't change. */
  private static final int SET_SIZE = 1 << 3;

  private static final int SET_OTHERS =
      1 | 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 10;

  private final Nodes nodes;
  private final Replier replier;
  private final long mountedAtS;

  /**
   * @param mountedAtS all times of the tree, s since 1970
   */
  NodeRequests(Nodes nodes, Replier replier, long mountedAtS) {
    this.nodes = nodes;
    this.replier = replier;
    this.mountedAtS = mountedAtS;
  }

  void lookup(Request request, Caller caller) {
    Nodes.Lookup lookup;
    try {
      lookup = nodes.lookup(nodes.get(request.node()), request.name(), caller);
    } catch (FsException e) {
      e.answeredTo(caller);
      throw e;
    }
    boolean sent = false;
    try {
      Attributes attributes = attributes(lookup.known(), lookup.found().node());
      long nameS = isNameFixed(lookup) ? Memorable.SECONDS : 0;
      sent =
          replier.reply(
              request.unique(),
              Attributes.ENTRY_BYTES,
              to -> attributes.writeEntry(to, nameS, Memorable.SECONDS));
    } finally {
      if (!sent) {
        nodes.forget(lookup.known().number(), 1);
      }
    }
  }

  /** Whether the kernel may remember the name of a node that it has now looked up. */
  boolean isNameFixed(Nodes.Lookup lookup) {
    boolean isTooMuch = nodes.counted().isFull() && lookup.known().depth() > 1;
    return !isTooMuch && Memorable.of(lookup.found()) == Memorable.NAME_AND_ATTRIBUTES;
  }

  /** The attributes of a node that was looked up. If there are none, the lookup doesn't count. */
  Attributes attributesOrForget(Nodes.Lookup lookup) {
    try {
      return attributes(lookup.known(), lookup.found().node());
    } catch (Throwable e) {
      nodes.forget(lookup.known().number(), 1);
      throw e;
    }
  }

  void getattr(Request request, Caller caller) {
    replyAttributes(request, nodes.get(request.node()), caller);
  }

  private void replyAttributes(Request request, KnownNode known, Caller caller) {
    boolean isFixed = known.isFixed() && !known.isPersonal();
    Node node = isFixed ? known.node() : nodes.present(known, caller);
    Attributes attributes = attributes(known, node);
    replier.reply(
        request.unique(),
        Attributes.ATTR_BYTES,
        // Without a lookup nothing replaces attributes that may change.
        to -> attributes.writeAttr(to, isFixed ? Memorable.SECONDS : 0));
  }

  private Attributes attributes(KnownNode known, Node node) {
    Node.Owner owner = owner(node);
    return new Attributes(
        known.number(),
        node.kind().mode() | node.permissions(),
        node.size(),
        owner.uid(),
        owner.gid(),
        mountedAtS);
  }

  /**
   * The owner of a node. A file that is open outlives its entity, and is then root's as in /proc.
   */
  private static Node.Owner owner(Node node) {
    try {
      return node.owner();
    } catch (FsException vanished) {
      return Node.Owner.ROOT;
    }
  }

  /**
   * Accepts the truncation that precedes a write by a shell's {@code >}. A writable file always has
   * size 0. Everything else would change the tree itself.
   */
  void setattr(Request request, Caller caller) {
    int valid = request.getInt(0);
    if ((valid & SET_OTHERS) != 0) {
      throw new FsException(Errno.EROFS, "the attributes can't be changed");
    }
    KnownNode known = nodes.get(request.node());
    if ((valid & SET_SIZE) != 0
        && !(nodes.node(known, caller) instanceof FileNode file && file.isWritable())) {
      throw new FsException(Errno.EACCES, "not writable");
    }
    replyAttributes(request, known, caller);
  }

  void readlink(Request request, Caller caller) {
    if (!(nodes.node(nodes.get(request.node()), caller) instanceof Link link)) {
      throw new FsException(Errno.EINVAL, "not a link");
    }
    byte[] target = link.target(caller).getBytes(StandardCharsets.UTF_8);
    replier.reply(request.unique(), target.length, to -> to.put(target));
  }

  void statfs(Request request) {
    replier.reply(
        request.unique(), Replies.STATFS_BYTES, to -> Replies.statfs(to, Tree.MAX_NAME_CHARS));
  }
}
