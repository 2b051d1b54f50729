package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import kifs.fs.transport.Guard;
import kifs.fs.transport.KnownNodes;
import kifs.fs.transport.direct.protocol.BadRequestException;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Opcode;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.protocol.Request;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;
import kifs.fs.tree.UserLimit;
import kifs.kernel.source.Shortage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session with the kernel: answers its requests from a tree. Thread-safe: any number of threads
 * may pass requests, and none of them is held by a request that waits.
 */
public final class Session {
  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** Offsets in struct fuse_batch_forget_in and the structs after it, and the size of those. */
  private static final int FORGOTTEN = 8;

  private static final int FORGOTTEN_BYTES = 16;

  private final Nodes nodes;
  private final Requests requests = new Requests();
  private final Replier replier;
  private final NodeRequests nodeRequests;
  private final DirectoryRequests directoryRequests;
  private final FileRequests fileRequests;
  private final Caller self;
  private final CountDownLatch agreed = new CountDownLatch(1);
  private volatile Optional<String> refusal = Optional.empty();

  /**
   * @param channel takes the answers
   * @param mountedAtS all times of the tree, s since 1970
   * @param self the daemon as a client
   */
  public Session(Tree tree, Channel channel, long mountedAtS, Caller self) {
    this.nodes = new Nodes(tree);
    this.replier = new Replier(channel, requests);
    this.nodeRequests = new NodeRequests(nodes, replier, mountedAtS);
    this.directoryRequests = new DirectoryRequests(nodes, nodeRequests, replier);
    this.fileRequests = new FileRequests(nodes, requests, replier);
    this.self = self;
  }

  /**
   * Answers one request, at once or later. It never throws an exception.
   *
   * @param buffer in the host's byte order; the request begins at 0. The buffer may be used again
   *     as soon as this method returns
   * @param length the number of bytes that were received
   */
  public void serve(ByteBuffer buffer, int length) {
    Request request;
    try {
      request = new Request(buffer, length);
    } catch (BadRequestException e) {
      LOG.error("the kernel sent what kifs doesn't understand: {}", e.getMessage());
      return;
    }
    try {
      int result = Guard.run(name(request.opcode()), place(request), () -> serve(request));
      if (result < 0 && isAnswered(request.opcode())) {
        replier.error(request.unique(), -result);
      }
    } catch (OutOfMemoryError e) {
      Shortage.MEMORY.count(1);
      if (isAnswered(request.opcode())) {
        replier.refuse(request.unique());
      }
    }
  }

  private static boolean isAnswered(Opcode opcode) {
    return opcode != Opcode.FORGET && opcode != Opcode.BATCH_FORGET && opcode != Opcode.INTERRUPT;
  }

  private static String name(Opcode opcode) {
    return opcode.name().toLowerCase(Locale.ROOT);
  }

  /** What a log says of the node of a request. */
  private Object place(Request request) {
    return new Object() {
      @Override
      public String toString() {
        return nodes.describe(request.node());
      }
    };
  }

  private int serve(Request request) {
    if (isAnswered(request.opcode())) {
      requests.begin(request.unique());
    }
    try {
      dispatch(request, new Caller(request.uid(), request.gid(), request.tid()));
    } catch (BadRequestException e) {
      return -Errno.EINVAL.number();
    }
    return 0;
  }

  private void dispatch(Request request, Caller caller) {
    switch (request.opcode()) {
      case LOOKUP -> nodeRequests.lookup(request, caller);
      case GETATTR -> nodeRequests.getattr(request, caller);
      case SETATTR -> nodeRequests.setattr(request, caller);
      case READLINK -> nodeRequests.readlink(request, caller);
      case STATFS -> nodeRequests.statfs(request);
      case OPENDIR -> directoryRequests.opendir(request);
      case READDIR -> directoryRequests.readdir(request, caller, false);
      case READDIRPLUS -> directoryRequests.readdir(request, caller, true);
      case RELEASEDIR -> directoryRequests.releasedir(request);
      case OPEN -> fileRequests.open(request, caller);
      case READ -> fileRequests.read(request);
      case WRITE -> fileRequests.write(request, caller);
      case POLL -> fileRequests.poll(request);
      case RELEASE -> fileRequests.release(request);
      case FORGET -> nodes.forget(request.node(), request.getLong(0));
      case BATCH_FORGET -> forgetAll(request);
      case INTERRUPT -> interrupt(request);
      case INIT -> init(request);
      case DESTROY -> replier.done(request.unique());
      case SYMLINK, MKNOD, MKDIR, UNLINK, RMDIR, RENAME, RENAME2, LINK, CREATE, TMPFILE ->
          throw new FsException(Errno.EROFS, "the tree can't be changed");
      case OTHER -> throw new FsException(Errno.ENOSYS, "no such operation");
    }
  }

  private void forgetAll(Request request) {
    int count = request.getInt(0);
    for (int i = 0; i < count; i++) {
      int at = FORGOTTEN + i * FORGOTTEN_BYTES;
      nodes.forget(request.getLong(at), request.getLong(at + Long.BYTES));
    }
  }

  /** Tells the kernel to send an interrupt again if the request isn't known yet. */
  private void interrupt(Request request) {
    if (!requests.interrupt(request.getLong(0))) {
      replier.send(to -> Replies.error(to, request.unique(), Errno.EAGAIN.number()));
    }
  }

  private void init(Request request) {
    InitReply.Version version = InitReply.version(request);
    if (version == InitReply.Version.TOO_OLD) {
      refusal =
          Optional.of(
              "the kernel speaks version %d.%d of the FUSE protocol, and kifs needs %d.%d"
                  .formatted(
                      request.getInt(0), request.getInt(4), InitReply.MAJOR, InitReply.MINOR));
      replier.error(request.unique(), Errno.EPROTO.number());
      agreed.countDown();
      return;
    }
    replier.reply(request.unique(), InitReply.BYTES, to -> InitReply.write(request, to));
    if (version == InitReply.Version.SPOKEN) {
      agreed.countDown();
    }
  }

  /** Counted down when both sides have agreed on a version, or can't. */
  public CountDownLatch agreed() {
    return agreed;
  }

  /** Why there can be no session with this kernel; empty if there can. */
  public Optional<String> refusal() {
    return refusal;
  }

  /** Sets a timeout for requests that wait. A wait that reaches it ends with EAGAIN. */
  public void limitWaits(long ns) {
    requests.waits().limit(ns);
  }

  /** Ends all waits. From now on opens, reads and writes are refused; only releases succeed. */
  public void stop() {
    fileRequests.stop();
  }

  /** What the kernel and clients hold of the tree now. */
  public Usage usage() {
    UserLimit limit = fileRequests.files().limit();
    return new Usage(
        nodes.counted().count(), KnownNodes.MAX, limit.all(), limit.maxOfAll(), limit.maxOfUser());
  }

  /**
   * Makes the kernel drop the names of vanished entities if it has many names. The kernel may lock
   * directories for that, so no thread that serves requests may call it.
   */
  public void dropVanishedNames() {
    KnownNodes known = nodes.counted();
    if (known.areMany()) {
      Guard.run(
          "names",
          "",
          () -> {
            known.dropVanished(path -> nodes.hasVanished(path, self), this::dropName);
            return 0;
          });
    }
  }

  private void dropName(long parent, byte[] name) {
    replier.send(to -> Replies.forgetName(to, parent, name));
  }

  /** Releases what clients had open, because the kernel will not. */
  public void end() {
    stop();
    fileRequests.files().removeAll();
  }

  /** The number of requests that aren't answered yet. */
  int pending() {
    return requests.count();
  }
}
