package kifs.fs.node.notify;

import static kifs.fs.root.Rig.readOnce;
import static kifs.fs.root.Rig.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kifs.fs.root.Rig;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.testing.EventLine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
  private static final long MIB = 1 << 20;
  private static final int READABLE = PollEvents.IN | PollEvents.RDNORM;
  private static final String CHANGES = "processes/100/notify/rss/changes/any";
  private static final int BLOCK = 1 << 16;

  private final Rig rig = new Rig();
  private SimulatedProcess process;
  private OpenFile stream;
  private long rss = 10;

  @BeforeEach
  void spawn() {
    process = rig.kernel.spawn(100, "java").rss(rss * MIB);
  }

  @AfterEach
  void release() {
    stream.release();
    rig.close();
  }

  private void open(boolean follow) {
    stream = rig.open(CHANGES + (follow ? ",follow" : ""), Rig.NON_BLOCKING);
    rig.pass(Rig.SECOND);
  }

  /** Causes one more event. */
  private void event() {
    rss++;
    process.rss(rss * MIB);
    rig.pass(Rig.SECOND);
  }

  private void events(int count) {
    for (int i = 0; i < count; i++) {
      event();
    }
  }

  private static void assertLines(String text, long... values) {
    List<String> lines = text.lines().toList();
    assertTrue(text.endsWith("\n"), text);
    assertEquals(values.length, lines.size(), text);
    for (int i = 0; i < values.length; i++) {
      Map<String, String> event = EventLine.parse(lines.get(i));
      assertEquals(Long.toString(values[i] * MIB), event.get("value"));
      assertEquals(Integer.toString(i + 1), event.get("seq"));
    }
  }

  private Errno errorAt(long offset) {
    return assertThrows(FsException.class, () -> readOnce(stream, offset, BLOCK)).errno();
  }

  @Test
  void withoutAnEventReadsReturnNothing() {
    open(false);
    assertNull(readOnce(stream, 0, BLOCK));
    assertEquals(0, stream.poll(null));
    event();
    assertEquals(READABLE, stream.poll(null));
    String line = text(readOnce(stream, 0, BLOCK));
    assertLines(line, 11);
    assertEquals(0, stream.poll(null));
    assertNull(readOnce(stream, line.length(), BLOCK));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 100, 1000, BLOCK})
  void aBufferOfAnySizeGetsAllLines(int maxBytes) {
    open(false);
    events(3);
    StringBuilder all = new StringBuilder();
    String part = text(readOnce(stream, 0, maxBytes));
    while (part != null) {
      assertFalse(part.isEmpty(), "an end of file in the middle");
      all.append(part);
      part = text(readOnce(stream, all.length(), maxBytes));
    }
    assertLines(all.toString(), 11, 12, 13);
  }

  /** A read doesn't break a line if complete lines before it fit in the buffer. */
  @Test
  void onlyCompleteLinesWhereTheyFit() {
    open(false);
    events(2);
    String both = text(readOnce(stream, 0, BLOCK));
    int line = both.indexOf('\n') + 1;
    events(2);
    String first = text(readOnce(stream, both.length(), line + line / 2));
    assertTrue(first.endsWith("\n") && first.length() <= line + 1, first);
    String second = text(readOnce(stream, both.length() + first.length(), BLOCK));
    assertLines(both + first + second, 11, 12, 13, 14);
  }

  @Test
  void theRestOfALineCanBePolled() {
    open(false);
    event();
    String begin = text(readOnce(stream, 0, 10));
    assertEquals(10, begin.length());
    assertEquals(READABLE, stream.poll(null));
    assertLines(begin + text(readOnce(stream, 10, BLOCK)), 11);
    assertEquals(0, stream.poll(null));
  }

  /** bash reads a block, takes one line, and seeks back to its end. */
  @Test
  void goingBackWithinWhatWasRead() {
    open(false);
    events(3);
    String all = text(readOnce(stream, 0, 128 << 10));
    assertLines(all, 11, 12, 13);
    int one = all.indexOf('\n') + 1;
    int two = all.indexOf('\n', one) + 1;
    assertTrue(
        stream.prepare(one, false).isDone(), "a reader waits for bytes that were read before");
    assertFalse(stream.prepare(all.length(), false).isDone());
    assertEquals(all.substring(one), text(readOnce(stream, one, BLOCK)));
    assertEquals(all.substring(two), text(readOnce(stream, two, BLOCK)));
    assertEquals(all.substring(one, one + 5), text(readOnce(stream, one, 5)));
    assertEquals(
        READABLE, stream.poll(null), "the bytes after the offset that the reader went back to");
    assertEquals(all, text(readOnce(stream, 0, BLOCK)));
    event();
    String next = text(readOnce(stream, all.length(), BLOCK));
    assertLines(all + next, 11, 12, 13, 14);
    int within = all.length() + 3;
    assertEquals(next.substring(3), text(readOnce(stream, within, BLOCK)));
  }

  @Test
  void theEndOfTheProcessIsAnError() {
    open(false);
    event();
    process.exit(0);
    rig.pass(Rig.SECOND);
    assertEquals(READABLE | PollEvents.HUP, stream.poll(null));
    String line = text(readOnce(stream, 0, BLOCK));
    assertLines(line, 11);
    assertEquals(PollEvents.HUP, stream.poll(null));
    assertEquals(Errno.ESRCH, errorAt(line.length()));
    assertEquals(Errno.ESRCH, errorAt(line.length()), "the error lasts");
    assertEquals(line, text(readOnce(stream, 0, BLOCK)), "going back is still possible");
  }

  @Test
  void theEndOfTheProcessIsTheEndOfAFileThatFollows() {
    open(true);
    event();
    process.exit(0);
    rig.pass(Rig.SECOND);
    String line = text(readOnce(stream, 0, BLOCK));
    assertLines(line, 11);
    assertEquals("", text(readOnce(stream, line.length(), BLOCK)));
    assertEquals("", text(readOnce(stream, line.length(), BLOCK)));
  }

  @Test
  void eachReaderWaitsByItself() {
    open(true);
    CompletableFuture<Void> first = stream.prepare(0, false);
    CompletableFuture<Void> second = stream.prepare(0, false);
    rig.pass(Rig.SECOND);
    assertFalse(first.isDone() || second.isDone());
    first.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    assertFalse(second.isDone(), "one reader's interrupt ends the other one's wait");
    event();
    Rig.done(second);
    assertLines(text(readOnce(stream, 0, BLOCK)), 11);
  }

  /** One event wakes both readers. The second one gets AGAIN, not the end of the file. */
  @Test
  void oneEventForTwoReaders() {
    open(true);
    CompletableFuture<Void> first = stream.prepare(0, false);
    CompletableFuture<Void> second = stream.prepare(0, false);
    event();
    Rig.done(first);
    Rig.done(second);
    ByteBuffer to = ByteBuffer.allocate(BLOCK);
    int length = stream.read(0, to);
    assertTrue(length > 0, "length " + length);
    assertEquals(OpenFile.AGAIN, stream.read(length, ByteBuffer.allocate(BLOCK)));
    assertFalse(stream.prepare(length, false).isDone());
  }

  @Test
  void theEndWakesReaders() {
    open(true);
    CompletableFuture<Void> reader = stream.prepare(0, false);
    process.exit(0);
    rig.pass(Rig.SECOND);
    Rig.done(reader);
    assertEquals("", text(readOnce(stream, 0, BLOCK)));
  }

  /**
   * A client that polls or reads during the exit finds the event or nothing yet, but never the end
   * alone.
   */
  @Test
  void theLastEventIsSeenBeforeTheEnd() {
    stream = rig.open(CHANGES, Rig.NON_BLOCKING);
    for (int pid = 1000; pid < 3000; pid++) {
      SimulatedProcess shortLived = rig.kernel.spawn(pid, "short");
      String exit = "processes/" + pid + "/notify/exit/occurs/any";
      OpenFile polled = rig.open(exit, Rig.NON_BLOCKING);
      OpenFile read = rig.open(exit, Rig.NON_BLOCKING);
      CompletableFuture<Integer> events = CompletableFuture.supplyAsync(() -> firstEvents(polled));
      CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> firstLine(read));
      shortLived.exit(0);
      rig.notifier.turn();
      assertEquals(READABLE | PollEvents.HUP, Rig.done(events) | PollEvents.HUP);
      assertTrue(Rig.done(line).contains(" metric=exit "), "an event");
      polled.release();
      read.release();
    }
  }

  private static int firstEvents(OpenFile polled) {
    int events = 0;
    while (events == 0) {
      events = polled.poll(null);
    }
    return events;
  }

  private static String firstLine(OpenFile read) {
    String line = null;
    while (line == null) {
      line = text(readOnce(read, 0, BLOCK));
    }
    return line;
  }

  private static final class Handle implements PollHandle {
    int woken;
    int closed;

    @Override
    public void wake() {
      assertEquals(0, closed, "woken after it was closed");
      woken++;
    }

    @Override
    public void close() {
      closed++;
    }

    @Override
    public String toString() {
      return "woken " + woken + " closed " + closed;
    }
  }

  @Test
  void pollersAreWokenOnceAndClosedOnce() {
    open(false);
    Handle replaced = new Handle();
    assertEquals(0, stream.poll(replaced));
    Handle woken = new Handle();
    assertEquals(0, stream.poll(woken));
    assertEquals("woken 0 closed 1", replaced.toString());
    assertEquals("woken 0 closed 0", woken.toString());
    events(2);
    assertEquals("woken 1 closed 1", woken.toString());
    assertEquals("woken 0 closed 1", replaced.toString());

    Handle unmounted = new Handle();
    stream.poll(unmounted);
    stream.wakePoller();
    assertEquals("woken 1 closed 1", unmounted.toString());

    Handle released = new Handle();
    stream.poll(released);
    stream.release();
    assertEquals("woken 0 closed 1", released.toString());
    event();
    assertEquals("woken 0 closed 1", released.toString());
  }

  @Test
  void releaseEndsTheWaiting() {
    open(false);
    assertEquals(1, rig.notifier.status().waiters());
    stream.release();
    assertEquals(0, rig.notifier.status().waiters());
  }
}
