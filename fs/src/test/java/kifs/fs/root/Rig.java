package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.AccessRules;
import kifs.fs.access.ClientRights;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.source.KernelSource;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.history.History;
import kifs.testing.SimulatedRig;

/**
 * The tree of a simulated kernel on a virtual clock, without a transport. Paths are relative to the
 * mountpoint and begin without a slash.
 */
public final class Rig extends SimulatedRig {
  static final Caller CALLER = new Caller(0, 0, (int) ProcessHandle.current().pid());
  public static final OpenMode PLAIN = new OpenMode(false, false);
  public static final OpenMode NON_BLOCKING = new OpenMode(true, false);

  private static final int READ_BYTES = 1 << 16;

  final History history;
  final Snapshots snapshots;
  public final Notifier notifier;
  final AccessRules access;
  final Tree tree;

  /** The client of the methods that open files. */
  private Caller caller = CALLER;

  public Rig() {
    this(AccessOptions.DEFAULT);
  }

  Rig(AccessOptions options) {
    this(options, 0);
  }

  /**
   * @param historyNs the interval of the history's samples, ns; 0: there is none
   */
  Rig(AccessOptions options, long historyNs) {
    access = new AccessRules(options, Rig::rights, Rig::identity);
    history = new History(kernel, historyNs);
    KernelSource shown = history.over();
    snapshots = new Snapshots(shown, pool);
    notifier = Notifier.manual(shown, pool, EntityPath.of(shown), NotifierOptions.DEFAULT, history);
    Kernel shownKernel = new Kernel(shown, snapshots, notifier, access);
    About about =
        new About(
            shownKernel, "1", "direct", NotifierOptions.DEFAULT, List.of(), () -> AboutTest.USAGE);
    tree = new Tree(Root.of(shownKernel, about));
  }

  /** Root has all rights, and other users have none. A user is a member of the group of its id. */
  private static Optional<ClientRights> rights(Caller client) {
    long capabilities = client.uid() == 0 ? -1 : 0;
    return Optional.of(new ClientRights(Set.of(client.gid()), capabilities, true));
  }

  private static Optional<ClientIdentity> identity(Caller client) {
    long capabilities = client.uid() == 0 ? -1 : 0;
    return Optional.of(
        new ClientIdentity(
            client.uid(),
            client.uid(),
            client.gid(),
            client.gid(),
            Set.of(),
            capabilities,
            capabilities));
  }

  /** From now on files are opened by this client. */
  void become(Caller client) {
    caller = client;
  }

  Node node(String path) {
    return tree.resolve("/" + path, caller);
  }

  /** Opens a file whose open doesn't block. */
  public OpenFile open(String path) {
    return open(path, PLAIN);
  }

  /** Opens a file whose open ends at once, or after a turn of the notifier. */
  public OpenFile open(String path, OpenMode mode) {
    CompletableFuture<OpenFile> opened = ((FileNode) node(path)).open(caller, mode);
    notifier.turn();
    return done(opened);
  }

  /** The error of a non-blocking open; null if there is none. */
  Errno errno(String path) {
    try {
      open(path, NON_BLOCKING).release();
      return null;
    } catch (FsException e) {
      return e.errno();
    }
  }

  /** Reads a file to its end, one char a byte. */
  String read(String path) {
    OpenFile file = open(path);
    try {
      StringBuilder all = new StringBuilder();
      for (String part = read(file, 0); !part.isEmpty(); part = read(file, all.length())) {
        all.append(part);
      }
      return all.toString();
    } finally {
      file.release();
    }
  }

  /** Advances the clock by one tick after another, with a turn of the notifier after each. */
  public void pass(long ns) {
    notifier.turn();
    for (long end = now() + ns; now() < end; ) {
      clock.advance(NotifierOptions.DEFAULT.minTickNs());
      notifier.turn();
    }
  }

  /** Waits for the result of a future that ends by itself. Throws the error if it ended in one. */
  public static <T> T done(CompletableFuture<T> future) {
    try {
      return future.get(30, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Makes one read that may wait. The result has one char a byte. */
  public static String read(OpenFile file, long offset) {
    return read(file, offset, READ_BYTES);
  }

  /** Makes one read that may wait. The result has one char a byte. */
  static String read(OpenFile file, long offset, int maxBytes) {
    return text(readOnce(file, offset, maxBytes, false));
  }

  /** Makes one read that doesn't wait, as a transport does. Returns null for AGAIN. */
  public static byte[] readOnce(OpenFile file, long offset, int maxBytes) {
    return readOnce(file, offset, maxBytes, true);
  }

  private static byte[] readOnce(OpenFile file, long offset, int maxBytes, boolean nonBlocking) {
    done(file.prepare(offset, nonBlocking));
    ByteBuffer to = ByteBuffer.allocate(maxBytes);
    int length = file.read(offset, to);
    assertEquals(Math.max(0, length), to.position(), "the returned number of bytes");
    return length == OpenFile.AGAIN ? null : Arrays.copyOf(to.array(), length);
  }

  public static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Writes as root. */
  public static int write(OpenFile file, long offset, String text) {
    return write(file, CALLER, offset, text);
  }

  public static int write(OpenFile file, Caller writer, long offset, String text) {
    return file.write(writer, offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Closes the rig. Fails if a waiter or memory of bulks is left. */
  @Override
  public void close() {
    assertEquals(0, notifier.status().waiters(), "waiters");
    notifier.close();
    snapshots.close();
    super.close();
  }
}
