package kifs.fs.node;

import static kifs.fs.node.SimulatedTree.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;
import kifs.kernel.simulated.SimulatedProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final int READABLE = PollEvents.IN | PollEvents.RDNORM;

  private final SimulatedTree tree = new SimulatedTree();
  private SimulatedProcess process;

  @BeforeEach
  void spawn() {
    tree.kernel.spawn(1, "init");
    process = tree.kernel.spawn(42, "victim").fds(10);
  }

  @AfterEach
  void close() {
    tree.close();
    assertEquals(0, tree.notifier.status().waiters());
  }

  private OpenFile follow() {
    OpenFile file = tree.open("processes/42/notify/fds/above/50,follow");
    tree.pass(200);
    return file;
  }

  private void excursion(long fds) {
    process.fds(fds);
    tree.pass(200);
    process.fds(10);
    tree.pass(200);
  }

  @Test
  void eventAfterEvent() {
    OpenFile file = follow();
    excursion(60);
    String first = read(file, 0);
    assertTrue(first.contains(" seq=1 ") && first.endsWith("\n"), first);
    excursion(70);
    String second = read(file, first.length());
    assertTrue(second.contains(" seq=2 ") && second.contains(" value=70 "), second);
    file.release();
  }

  /** As bash does: it reads a block, takes a line and goes back to that line's end. */
  @Test
  void aReaderGoesBackToTheEndOfTheFirstLine() {
    OpenFile file = follow();
    excursion(60);
    excursion(70);
    excursion(80);
    String all = read(file, 0);
    assertEquals(3, all.lines().count());
    int end = all.indexOf('\n') + 1;
    assertEquals(all.substring(end), read(file, end));
    int last = all.lastIndexOf('\n', all.length() - 2) + 1;
    assertEquals(all.substring(last), read(file, last));
    excursion(90);
    String next = read(file, all.length());
    assertTrue(next.contains(" seq=4 "), next);
    file.release();
  }

  @Test
  void aBufferSmallerThanALine() {
    OpenFile file = tree.openNonBlocking("processes/42/notify/fds/above/50");
    tree.pass(200);
    excursion(60);
    excursion(70);
    StringBuilder all = new StringBuilder();
    while (file.poll(null) == READABLE) {
      all.append(read(file, all.length(), 10));
    }
    assertEquals(2, all.chars().filter(c -> c == '\n').count(), all::toString);
    assertEquals(OpenFile.AGAIN, file.read(all.length(), ByteBuffer.allocate(10)));
    file.release();
  }

  @Test
  void asManyWholeLinesAsFit() {
    OpenFile file = follow();
    excursion(60);
    excursion(70);
    excursion(80);
    String first = read(file, 0, 400);
    assertEquals(2, first.lines().count(), first);
    assertTrue(first.endsWith("\n"));
    String second = read(file, first.length(), 400);
    assertTrue(second.contains(" seq=3 "), second);
    file.release();
  }

  @Test
  void severalReadersWaitAndEachEventReachesOne() {
    OpenFile file = follow();
    CompletableFuture<Void> one = file.prepare(0, false);
    CompletableFuture<Void> other = file.prepare(0, false);
    assertFalse(one.isDone() || other.isDone());
    excursion(60);
    SimulatedTree.join(one);
    SimulatedTree.join(other);
    String event = read(file, 0);
    assertEquals(OpenFile.AGAIN, file.read(event.length(), ByteBuffer.allocate(500)));
    file.release();
  }

  @Test
  void aReaderThatIsInterruptedLeavesAlone() {
    OpenFile file = follow();
    CompletableFuture<Void> one = file.prepare(0, false);
    CompletableFuture<Void> other = file.prepare(0, false);
    one.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    assertFalse(other.isDone());
    excursion(60);
    SimulatedTree.join(other);
    assertTrue(read(file, 0).contains(" seq=1 "));
    file.release();
  }

  @Test
  void theEndIsTheEndOfTheFileForWhoFollows() {
    OpenFile file = follow();
    CompletableFuture<Void> reader = file.prepare(0, false);
    process.exit(0);
    tree.pass(200);
    SimulatedTree.join(reader);
    assertEquals("", read(file, 0));
    assertEquals(PollEvents.HUP, file.poll(null));
    file.release();
  }

  @Test
  void theEndIsAnErrorForWhoPolls() {
    OpenFile file = tree.openNonBlocking("processes/42/notify/fds/above/50");
    process.exit(0);
    tree.pass(200);
    assertEquals(PollEvents.HUP, file.poll(null));
    FsException gone =
        assertThrows(FsException.class, () -> file.read(0, ByteBuffer.allocate(500)));
    assertEquals(Errno.ESRCH, gone.errno());
    file.release();
  }

  private static final class Handle implements PollHandle {
    private final AtomicInteger woken = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    @Override
    public void wake() {
      assertEquals(0, closed.get(), "closed before");
      woken.incrementAndGet();
    }

    @Override
    public void close() {
      closed.incrementAndGet();
    }

    private String state() {
      return "woken " + woken + " closed " + closed;
    }
  }

  @Test
  void everyPollHandleIsClosedOnceAndOnlyTheLastIsWoken() {
    OpenFile file = tree.openNonBlocking("processes/42/notify/fds/above/50");
    tree.pass(200);
    Handle first = new Handle();
    Handle second = new Handle();
    Handle third = new Handle();
    assertEquals(0, file.poll(first));
    assertEquals(0, file.poll(second));
    assertEquals("woken 0 closed 1", first.state());
    excursion(60);
    assertEquals("woken 1 closed 1", second.state());
    assertEquals(READABLE, file.poll(third));
    file.release();
    assertEquals("woken 0 closed 1", third.state());
    assertEquals("woken 0 closed 1", first.state());
  }

  @Test
  void whoPollsIsWokenWhenTheTreeGoesAway() {
    OpenFile file = tree.openNonBlocking("processes/42/notify/fds/above/50");
    Handle handle = new Handle();
    file.poll(handle);
    file.wakePoller();
    assertEquals("woken 1 closed 1", handle.state());
    file.release();
    assertEquals("woken 1 closed 1", handle.state());
  }
}
