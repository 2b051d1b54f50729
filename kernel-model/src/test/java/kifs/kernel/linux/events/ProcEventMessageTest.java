package kifs.kernel.linux.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Parses messages of the proc connector, made up byte by byte. */
class ProcEventMessageTest {
  private static final int BYTES = 76;

  private final List<ProcessEvent> events = new ArrayList<>();
  private final MessageNumbers numbers = new MessageNumbers();

  private static ByteBuffer message(int what, int... data) {
    ByteBuffer message = ByteBuffer.allocate(BYTES).order(ByteOrder.nativeOrder());
    message.putInt(0, BYTES).putInt(36, what).putLong(44, 1000);
    for (int i = 0; i < data.length; i++) {
      message.putInt(52 + i * 4, data[i]);
    }
    return message;
  }

  private void parse(ByteBuffer message, int length) {
    ProcEventMessage.parse(message, length, 500, numbers, events::add);
  }

  @Test
  void everyKind() {
    parse(message(1, 10, 11, 20, 20), BYTES);
    parse(message(2, 20, 20), BYTES);
    parse(message(0x200, 20, 20), BYTES);
    parse(message(0x80000000, 20, 20, 256), BYTES);
    assertEquals(
        List.of(
            new ProcessEvent(Kind.FORK, 20, 11, 0, 1500),
            new ProcessEvent(Kind.EXEC, 20, 0, 0, 1500),
            new ProcessEvent(Kind.RENAMED, 20, 0, 0, 1500),
            new ProcessEvent(Kind.EXIT, 20, 0, 256, 1500)),
        events);
  }

  @Test
  void threadsAndOtherEventsAreSkipped() {
    parse(message(1, 10, 10, 21, 20), BYTES);
    parse(message(0x80000000, 21, 20, 0), BYTES);
    parse(message(4, 20, 20), BYTES);
    parse(message(0), BYTES);
    assertEquals(List.of(), events);
  }

  /** Each CPU has numbers of its own, which wrap around. */
  @Test
  void missingNumbersAreLostMessages() {
    int[][] cpuAndNumber = {{0, -1}, {1, 100}, {0, 0}, {0, 4}, {1, 101}, {1, 103}, {1, 0}, {1, 1}};
    for (int[] of : cpuAndNumber) {
      parse(message(2, 20, 20).putInt(40, of[0]).putInt(24, of[1]), BYTES);
    }
    parse(message(0).putInt(40, 0).putInt(24, 1000), BYTES);
    assertEquals(
        List.of(3L, 1L),
        events.stream().filter(e -> e.kind() == Kind.LOST).map(e -> e.loss().count()).toList());
    assertTrue(
        events.stream().allMatch(e -> e.loss().kind() == Kind.LOST), "the kind is not known");
    assertEquals(Kind.LOST, events.get(3).kind(), "before the first message after the gap");
  }

  @Test
  void severalEventsInOneDatagram() {
    ByteBuffer two = ByteBuffer.allocate(BYTES * 2).order(ByteOrder.nativeOrder());
    two.put(message(2, 5, 5).array()).put(message(2, 6, 6).array());
    parse(two, two.capacity());
    assertEquals(2, events.size());
  }

  @Test
  void whetherTheRequestWasAccepted() {
    assertTrue(ProcEventMessage.isAccepted(message(0, 0), BYTES));
    assertFalse(ProcEventMessage.isAccepted(message(0, 1), BYTES));
    assertTrue(ProcEventMessage.isAccepted(message(2, 5, 5), BYTES));
    assertFalse(ProcEventMessage.isAccepted(message(0, 0), -11));
  }

  @Property
  void theParserAcceptsAnyBytes(@ForAll @Size(max = 200) byte[] bytes) {
    ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    ProcEventMessage.parse(message, bytes.length, 0, numbers, event -> {});
    ProcEventMessage.isAccepted(message, bytes.length);
  }
}
