package kifs.kernel.bpf.locks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SeenThreadsTest {
  private static final long FOREIGN = Long.MIN_VALUE;

  private final SeenThreads seen = new SeenThreads();

  private void put(long flags, int pid, int tid, String name) {
    byte[] bytes = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), 16);
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    seen.put(flags | (long) pid << 32 | tid, words.getLong(0), words.getLong(8));
  }

  private void assertName(String expected, int tid) {
    assertArrayEquals(expected.getBytes(StandardCharsets.US_ASCII), seen.name(tid));
  }

  @Test
  void everyThreadIsFoundHoweverManyThereAre() {
    for (int tid = 7; tid < 700_000; tid += 7) {
      put(0, tid / 70 * 70 + 7, tid, "t" + tid);
    }
    for (int tid = 7; tid < 700_000; tid += 7) {
      assertEquals(tid / 70 * 70 + 7, seen.process(tid));
      assertName("t" + tid, tid);
      assertEquals(0, seen.process(tid + 1));
      assertNull(seen.name(tid + 1));
    }
  }

  @Test
  void namesEndAtANulOrAfterTheirLastByte() {
    put(0, 1, 1, "");
    put(0, 1, 2, "12345678");
    put(0, 1, 3, "123456789abcdef");
    put(0, 1, 4, "ab\0cd");
    assertName("", 1);
    assertName("12345678", 2);
    assertName("123456789abcdef", 3);
    assertName("ab", 4);
  }

  @Test
  void anIdThatIsUsedAgainBelongsToTheLaterThread() {
    put(0, 10, 12, "old");
    put(0, 12, 12, "new");
    assertEquals(12, seen.process(12));
    assertName("new", 12);
  }

  @Test
  void aProcessInAnotherNamespaceSharesNoIds() {
    put(0, 10, 10, "ours");
    put(FOREIGN, 20, 20, "theirs");
    assertTrue(seen.sharesIds(10));
    assertFalse(seen.sharesIds(20));
    assertFalse(seen.sharesIds(30));
    assertEquals(20, seen.process(20));
  }

  @Test
  void clearDropsAllThreads() {
    put(0, 10, 10, "gone");
    seen.clear();
    assertEquals(0, seen.process(10));
    assertNull(seen.name(10));
  }
}
