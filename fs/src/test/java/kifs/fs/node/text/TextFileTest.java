package kifs.fs.node.text;

import static kifs.fs.root.Rig.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.root.Rig;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TextFileTest {
  private static final Executor ELSEWHERE = task -> new Thread(task).start();

  private final AtomicInteger made = new AtomicInteger();
  private final CountDownLatch gate = new CountDownLatch(1);

  private final BoundText slow =
      new BoundText() {
        @Override
        public String text() {
          try {
            gate.await();
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return "text " + made.incrementAndGet() + "\n";
        }

        @Override
        public Executor executor() {
          return ELSEWHERE;
        }
      };

  @Test
  void aQuickTextIsMadeByTheReader() {
    OpenFile file = new TextFile(() -> "text " + made.incrementAndGet() + "\n");
    assertEquals("text 1\n", read(file, 0));
    assertSame(OpenFile.READY, file.prepare(5, false));
    assertEquals("1\n", read(file, 5));
    assertEquals("", read(file, 7));
    assertEquals("text 2\n", read(file, 0));
  }

  @Test
  void aReaderOfASlowTextCanBeInterrupted() {
    OpenFile file = new TextFile(slow);
    CompletableFuture<Void> reader = file.prepare(0, false);
    assertFalse(reader.isDone());
    reader.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    gate.countDown();
    String text = read(file, 0);
    assertEquals("text ", text.substring(0, 5));
    assertEquals(text.substring(3), read(file, 3));
  }

  @Test
  void anErrorOfASlowTextReachesTheReader() {
    OpenFile file =
        new TextFile(
            new BoundText() {
              @Override
              public String text() {
                throw new FsException(Errno.ESRCH, "gone");
              }

              @Override
              public Executor executor() {
                return ELSEWHERE;
              }
            });
    assertEquals(Errno.ESRCH, assertThrows(FsException.class, () -> read(file, 0)).errno());
  }

  /**
   * A sum needs a pass over many entities, so the thread that answers the client doesn't make it.
   */
  @Test
  void sumsAreSlow() {
    try (Rig rig = new Rig()) {
      rig.kernel.spawn(1, "init").threads(2);
      for (String name : new String[] {"processes/sum/rss", "processes/1/threads/sum/stat"}) {
        OpenFile file = rig.open(name);
        CompletableFuture<Void> reader = file.prepare(0, false);
        assertNotSame(OpenFile.READY, reader, name);
        Rig.done(reader);
        file.release();
      }
    }
  }
}
