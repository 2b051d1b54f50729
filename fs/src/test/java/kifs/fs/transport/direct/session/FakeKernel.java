package kifs.fs.transport.direct.session;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Opcode;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.Tree;

/** The kernel's side of a session: makes requests, and keeps what it was answered. Thread-safe. */
final class FakeKernel implements Channel {
  private static final int HEADER_BYTES = 40;
  private static final int ANSWER_BYTES = Replies.HEADER_BYTES + InitReply.MAX_READ_BYTES;

  /** What the session sent. A notification has the unique 0. */
  record Sent(long unique, int error, byte[] body) {
    ByteBuffer data() {
      return ByteBuffer.wrap(body).order(ByteOrder.nativeOrder());
    }
  }

  private final List<Sent> sent = new ArrayList<>();
  private final Session session;
  private boolean gone;
  private boolean isPoor;
  private int lent;
  private long last;

  FakeKernel(Directory root) {
    session = new Session(new Tree(root), this, 1000, new Caller(0, 0, 1));
  }

  Session session() {
    return session;
  }

  /** From now on the connection is aborted. */
  synchronized void abort() {
    gone = true;
  }

  /** The answers and notifications that are not closed. */
  synchronized int lent() {
    return lent;
  }

  @Override
  public synchronized Answer answer(int bodyBytes) {
    if (isPoor) {
      throw new OutOfMemoryError("no memory for an answer");
    }
    lent++;
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.min(ANSWER_BYTES, Math.max(4096, bodyBytes + 16)))
            .order(ByteOrder.nativeOrder());
    return new Answer() {
      @Override
      public ByteBuffer buffer() {
        return buffer;
      }

      @Override
      public void close() {
        synchronized (FakeKernel.this) {
          lent--;
        }
      }
    };
  }

  @Override
  public synchronized boolean send(Answer answer) {
    ByteBuffer buffer = answer.buffer();
    if (buffer.getInt(0) != buffer.limit()) {
      throw new IllegalStateException("an answer of " + buffer.limit() + " bytes");
    }
    byte[] body = new byte[buffer.limit() - Replies.HEADER_BYTES];
    buffer.get(Replies.HEADER_BYTES, body);
    if (!gone) {
      sent.add(new Sent(buffer.getLong(8), buffer.getInt(4), body));
    }
    return !gone;
  }

  @Override
  public void refuse(long unique, int errno) {
    isPoor = false;
    try (Answer answer = answer(0)) {
      Replies.error(answer.buffer(), unique, errno);
      send(answer);
    }
  }

  /** Until the next refusal there is no memory for answers. */
  synchronized void bePoor() {
    isPoor = true;
  }

  /** All that was sent so far. */
  synchronized List<Sent> sent() {
    return List.copyOf(sent);
  }

  /** Makes a request, and returns its number. */
  long request(Opcode opcode, long node, Consumer<ByteBuffer> arguments) {
    return request(opcode, node, 0, arguments);
  }

  long request(Opcode opcode, long node, int uid, Consumer<ByteBuffer> arguments) {
    ByteBuffer buffer = ByteBuffer.allocate(InitReply.REQUEST_BYTES).order(ByteOrder.nativeOrder());
    buffer.position(HEADER_BYTES);
    arguments.accept(buffer);
    int length = buffer.position();
    last += 2;
    buffer.putInt(0, length).putInt(4, opcode.number()).putLong(8, last).putLong(16, node);
    buffer.putInt(24, uid).putInt(28, uid).putInt(32, 77);
    session.serve(buffer, length);
    return last;
  }

  /** Passes bytes as a request. */
  void raw(ByteBuffer buffer, int length) {
    session.serve(buffer, length);
  }

  /** The only answer to a request. */
  Sent answered(long unique) {
    List<Sent> answers = sent().stream().filter(each -> each.unique() == unique).toList();
    if (answers.size() != 1) {
      throw new AssertionError(answers.size() + " answers");
    }
    return answers.get(0);
  }

  boolean isAnswered(long unique) {
    return sent().stream().anyMatch(each -> each.unique() == unique);
  }

  Sent ask(Opcode opcode, long node, Consumer<ByteBuffer> arguments) {
    return answered(request(opcode, node, arguments));
  }

  Sent lookup(long directory, String name) {
    return ask(Opcode.LOOKUP, directory, named(name));
  }

  /** The number of a name in the root. */
  long find(String name) {
    Sent answer = lookup(Nodes.ROOT, name);
    if (answer.error() != 0) {
      throw new AssertionError("errno " + answer.error());
    }
    return answer.data().getLong(0);
  }

  long open(long node, int flags) {
    return request(Opcode.OPEN, node, to -> to.putInt(flags).putInt(0));
  }

  /** Opens a file that need not wait, and returns its handle. */
  long handle(long node) {
    return answered(open(node, 0)).data().getLong(0);
  }

  long read(long node, long handle, long offset, int size) {
    return request(
        Opcode.READ,
        node,
        to ->
            to.putLong(handle)
                .putLong(offset)
                .putInt(size)
                .putInt(0)
                .putLong(0)
                .putInt(0)
                .putInt(0));
  }

  long interrupt(long unique) {
    return request(Opcode.INTERRUPT, 0, to -> to.putLong(unique));
  }

  static Consumer<ByteBuffer> named(String name) {
    return to -> to.put(name.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
  }

  /** Asserts that an answer is an error. */
  static void is(Errno expected, Sent answer) {
    assertEquals(-expected.number(), answer.error());
  }

  /** The body of an answer as ASCII. */
  static String text(Sent answer) {
    return new String(answer.body(), StandardCharsets.US_ASCII);
  }
}
