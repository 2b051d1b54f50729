package kifs.fs.root;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;

/** The whole tree over a simulated kernel, without a mount; time goes on when it is told to. */
public final class SimulatedTree implements AutoCloseable {
  static final Caller CALLER = new Caller(0, 0, (int) ProcessHandle.current().pid());
  private static final OpenMode BLOCKING = new OpenMode(false, false);
  private static final OpenMode NON_BLOCKING = new OpenMode(true, false);

  final VirtualClock clock = new VirtualClock();
  public final SimulatedKernel kernel = new SimulatedKernel(clock);
  final ChunkPool pool = new ChunkPool(64 << 20, 1 << 20);
  final Snapshots snapshots = new Snapshots(kernel, pool);
  final Notifier notifier = Notifier.manual(kernel, pool, EntityPath::of, NotifierOptions.DEFAULT);
  final Tree tree = new Tree(Root.of(new Kernel(kernel, snapshots, notifier), () -> "about\n"));

  Node node(String path) {
    return tree.resolve("/" + path);
  }

  public OpenFile open(String path) {
    return join(((FileNode) node(path)).open(CALLER, BLOCKING));
  }

  OpenFile openNonBlocking(String path) {
    return join(((FileNode) node(path)).open(CALLER, NON_BLOCKING));
  }

  /** All of a file, one char a byte. */
  public String read(String path) {
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

  public static String read(OpenFile file, long offset) {
    return read(file, offset, 1 << 16);
  }

  public static String read(OpenFile file, long offset, int length) {
    ByteBuffer to = ByteBuffer.allocate(length);
    join(file.prepare(offset, false));
    int got = file.read(offset, to);
    return new String(to.array(), 0, got, ISO_8859_1);
  }

  public static <T> T join(java.util.concurrent.CompletableFuture<T> future) {
    try {
      return future.orTimeout(30, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new AssertionError("nobody ended this wait");
      }
      throw e.getCause() instanceof FsException expected ? expected : e;
    }
  }

  /** The error that it ends in; null: none. */
  Errno errno(String path) {
    try {
      openNonBlocking(path).release();
      return null;
    } catch (FsException e) {
      return e.errno();
    }
  }

  /** Lets time pass, a tick at a time. */
  void pass(long ms) {
    for (long at = 0; at < ms; at += 100) {
      clock.advanceTo(clock.boottimeNs() + 100_000_000L);
      notifier.turn();
    }
  }

  @Override
  public void close() {
    notifier.close();
    snapshots.close();
    kernel.close();
  }
}
