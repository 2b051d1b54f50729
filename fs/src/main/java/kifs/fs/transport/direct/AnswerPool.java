package kifs.fs.transport.direct;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.session.Answer;

/**
 * Memory for answers, off the heap and used again. There are two sizes: most answers are short, and
 * a read may ask for 1 MiB. The system gives a page only once it is written to, so a short answer
 * in long memory costs no more. Thread-safe: the monitor guards what is kept.
 */
final class AnswerPool {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final int SHORT_BYTES = 8 * 1024;
  private static final int LONG_BYTES = Replies.HEADER_BYTES + InitReply.MAX_READ_BYTES;

  /** How many of each size are kept. More are made when many answers are sent at once. */
  private static final int KEPT = 8;

  private final ArrayDeque<Memory> shorts = new ArrayDeque<>(KEPT);
  private final ArrayDeque<Memory> longs = new ArrayDeque<>(KEPT);
  private boolean closed;

  /** The memory of one answer. */
  final class Memory implements Answer {
    private final long address;
    private final ByteBuffer buffer;

    private Memory(int bytes) {
      address = MEMORY.allocateMemory(bytes, false);
      if (address == 0) {
        throw new OutOfMemoryError("no memory for an answer of " + bytes + " bytes");
      }
      buffer = MEMORY.newDirectByteBuffer(address, bytes).order(ByteOrder.nativeOrder());
    }

    long address() {
      return address;
    }

    @Override
    public ByteBuffer buffer() {
      return buffer;
    }

    @Override
    public void close() {
      give(this);
    }
  }

  /** Lends memory for an answer with a body of at most that many bytes. */
  Memory take(int bodyBytes) {
    boolean isShort = bodyBytes <= SHORT_BYTES - Replies.HEADER_BYTES;
    Memory kept;
    synchronized (this) {
      kept = (isShort ? shorts : longs).pollLast();
    }
    return kept == null ? new Memory(isShort ? SHORT_BYTES : LONG_BYTES) : kept;
  }

  private void give(Memory memory) {
    ArrayDeque<Memory> kept = memory.buffer.capacity() == SHORT_BYTES ? shorts : longs;
    synchronized (this) {
      if (!closed && kept.size() < KEPT) {
        kept.addLast(memory);
        return;
      }
    }
    MEMORY.freeMemory(memory.address);
  }

  /** Frees what is kept. What is lent is freed when it comes back. */
  synchronized void close() {
    closed = true;
    shorts.forEach(memory -> MEMORY.freeMemory(memory.address));
    longs.forEach(memory -> MEMORY.freeMemory(memory.address));
    shorts.clear();
    longs.clear();
  }
}
