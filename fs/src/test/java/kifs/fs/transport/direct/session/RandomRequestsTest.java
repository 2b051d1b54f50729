package kifs.fs.transport.direct.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import kifs.fs.transport.direct.protocol.Opcode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * Whatever is received, the session goes on: each request that has a valid header gets exactly one
 * answer, and all memory comes back.
 */
class RandomRequestsTest {
  private static final int HEADER_BYTES = 40;
  private static final int MAX_BYTES = 300;
  private static final String[] NAMES = {
    "text", "limit", "blocked", "waiting", "failing", "link", "below", "entity1", "nothing",
    "\uffff"
  };

  /** Operations that get no answer. */
  private static final Set<Opcode> SILENT =
      Set.of(Opcode.FORGET, Opcode.BATCH_FORGET, Opcode.INTERRUPT);

  private FakeTree tree;
  private FakeKernel kernel;

  @BeforeTry
  void begin() {
    tree = new FakeTree();
    kernel = new FakeKernel(tree);
  }

  @Property(tries = 500)
  void bytesWithoutAnyMeaning(@ForAll @Size(max = MAX_BYTES) byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());
    buffer.put(0, bytes);
    kernel.raw(buffer, bytes.length);
    assertEquals(0, kernel.lent());
  }

  /** Requests with arguments that fit, are too short, or are random, in any order. */
  @Property(tries = 300)
  void requestsInAnyOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count) {
    Random random = new Random(seed);
    tree.entities.put("entity1", "first");
    long expected = 0;
    for (long unique = 1; unique <= count; unique++) {
      ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES).order(ByteOrder.nativeOrder());
      Opcode opcode = Opcode.values()[random.nextInt(Opcode.values().length)];
      int length = fill(buffer, opcode, unique * 2, random);
      kernel.raw(buffer, length);
      expected += SILENT.contains(opcode) ? 0 : 1;
      if (random.nextInt(10) == 0) {
        completeAll();
      }
    }
    completeAll();
    kernel.session().stop();
    List<Long> answers =
        kernel.sent().stream().map(FakeKernel.Sent::unique).filter(each -> each != 0).toList();
    Set<Long> distinct = Set.copyOf(answers);
    assertEquals(distinct.size(), answers.size(), "a request has two answers");
    assertTrue(distinct.size() >= expected, distinct.size() + " of " + expected);
    assertEquals(0, kernel.session().pending());
    assertEquals(0, kernel.lent());
    kernel.session().end();
  }

  private void completeAll() {
    tree.blocked.forEach(open -> open.complete(tree.new Waiting()));
    tree.data.complete(null);
    tree.data = new CompletableFuture<>();
  }

  private static int fill(ByteBuffer buffer, Opcode opcode, long unique, RandomGenerator random) {
    int length = HEADER_BYTES + random.nextInt(MAX_BYTES - HEADER_BYTES);
    for (int at = HEADER_BYTES; at + 8 <= MAX_BYTES; at += 8) {
      buffer.putLong(at, random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(6));
    }
    if (opcode == Opcode.LOOKUP && random.nextBoolean()) {
      byte[] name = NAMES[random.nextInt(NAMES.length)].getBytes(StandardCharsets.UTF_8);
      buffer.put(HEADER_BYTES, name).put(HEADER_BYTES + name.length, (byte) 0);
    }
    buffer.putInt(0, length).putInt(4, opcode.number()).putLong(8, unique);
    buffer.putLong(16, random.nextInt(8));
    return length;
  }
}
