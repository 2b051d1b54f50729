package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;

/** The tree of a simulated kernel on a virtual clock, without a transport. */
public final class Rig implements AutoCloseable {
  static final Caller CALLER = new Caller(0, 0, 1);
  public static final OpenMode PLAIN = new OpenMode(false, false);
  public static final OpenMode NON_BLOCKING = new OpenMode(true, false);

  public final VirtualClock clock = new VirtualClock();
  public final SimulatedKernel kernel = new SimulatedKernel(clock);
  public final ChunkPool pool = new ChunkPool(64L << 20, 4L << 20);
  final Snapshots snapshots = new Snapshots(kernel, pool);
  public final Notifier notifier =
      Notifier.manual(kernel, pool, EntityPath::of, NotifierOptions.DEFAULT);
  final Tree tree = new Tree(Root.of(new Kernel(kernel, snapshots, notifier), () -> "about=1\n"));

  /** A node that is a file, opened: this must not take long. */
  public OpenFile open(String path, OpenMode mode) {
    CompletableFuture<OpenFile> opened = ((FileNode) tree.resolve(path)).open(CALLER, mode);
    notifier.turn();
    return done(opened);
  }

  /** Lets the notifier take the turns of a second. */
  public void second() {
    for (int i = 0; i < 10; i++) {
      notifier.turn();
      clock.advance(NotifierOptions.DEFAULT.finestTickNs());
    }
    notifier.turn();
  }

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

  /** One read, as a transport does it; null: AGAIN. */
  public static byte[] readOnce(OpenFile file, long offset, int most) {
    done(file.prepare(offset, true));
    ByteBuffer to = ByteBuffer.allocate(most);
    int length = file.read(offset, to);
    assertEquals(Math.max(0, length), to.position(), "what it says that it read");
    return length == OpenFile.AGAIN ? null : Arrays.copyOf(to.array(), length);
  }

  public static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  public static int write(OpenFile file, long offset, String text) {
    return file.write(offset, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** A pass gives its own reference back just after it told its readers. */
  public void awaitLent(long bytes) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (pool.lentBytes() != bytes && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertEquals(bytes, pool.lentBytes(), "bytes of chunks");
  }

  /** Everything that was borrowed has been given back. */
  @Override
  public void close() {
    assertEquals(0, notifier.status().waiters(), "waiters");
    notifier.close();
    snapshots.close();
    kernel.close();
    awaitLent(0);
  }
}
