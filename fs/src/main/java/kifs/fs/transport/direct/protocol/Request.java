package kifs.fs.transport.direct.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * One request: the header, and the arguments in the buffer that it was received in. The arguments
 * are valid until the buffer receives the next request; the header is a copy. Not thread-safe.
 */
public final class Request {
  /** Size of struct fuse_in_header. */
  public static final int HEADER_BYTES = 40;

  private static final int LENGTH = 0;
  private static final int OPCODE = 4;
  private static final int UNIQUE = 8;
  private static final int NODE = 16;
  private static final int UID = 24;
  private static final int GID = 28;
  private static final int PID = 32;

  private final ByteBuffer buffer;
  private final int length;
  private final Opcode opcode;
  private final long unique;
  private final long node;
  private final long uid;
  private final long gid;
  private final int tid;

  /**
   * Decodes the header.
   *
   * @param buffer in the host's byte order; the request begins at 0
   * @param length the number of bytes that were received
   * @throws BadRequestException if these aren't the bytes of one request
   */
  public Request(ByteBuffer buffer, int length) {
    if (length < HEADER_BYTES || length > buffer.capacity()) {
      throw new BadRequestException("a request of " + length + " bytes");
    }
    this.buffer = buffer;
    this.length = length;
    if (buffer.order() != ByteOrder.nativeOrder()) {
      throw new IllegalArgumentException("the buffer must have the host's byte order");
    }
    if (buffer.getInt(LENGTH) != length) {
      throw new BadRequestException(
          "a request of " + length + " bytes says it has " + buffer.getInt(LENGTH));
    }
    opcode = Opcode.of(buffer.getInt(OPCODE));
    unique = buffer.getLong(UNIQUE);
    node = buffer.getLong(NODE);
    uid = Integer.toUnsignedLong(buffer.getInt(UID));
    gid = Integer.toUnsignedLong(buffer.getInt(GID));
    tid = buffer.getInt(PID);
  }

  public Opcode opcode() {
    return opcode;
  }

  /** The number by which the answer, or an interrupt, names this request. */
  public long unique() {
    return unique;
  }

  /** The number of the node that the request is about. */
  public long node() {
    return node;
  }

  /** The file-system user id of the client. */
  public long uid() {
    return uid;
  }

  /** The file-system group id of the client. */
  public long gid() {
    return gid;
  }

  /** The thread that made the call; 0 if it is in a pid namespace that the daemon doesn't see. */
  public int tid() {
    return tid;
  }

  /**
   * An argument of four bytes.
   *
   * @param offset in the struct that follows the header
   * @throws BadRequestException if the request is too short
   */
  public int getInt(int offset) {
    return buffer.getInt(at(offset, Integer.BYTES));
  }

  /** An argument of eight bytes, as {@link #getInt}. */
  public long getLong(int offset) {
    return buffer.getLong(at(offset, Long.BYTES));
  }

  /** The name that follows the header, in which bytes that aren't UTF-8 are replaced. */
  public String name() {
    int end = HEADER_BYTES;
    while (end < length && buffer.get(end) != 0) {
      end++;
    }
    if (end == length || end == HEADER_BYTES) {
      throw new BadRequestException("a request without a name");
    }
    byte[] name = new byte[end - HEADER_BYTES];
    buffer.get(HEADER_BYTES, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  /** A view of the bytes that a write has, from an offset after the header. */
  public ByteBuffer bytes(int offset, int count) {
    return buffer.slice(at(offset, count), count);
  }

  private int at(int offset, int bytes) {
    if (bytes < 0 || offset < 0 || offset > length - HEADER_BYTES - bytes) {
      throw new BadRequestException(opcode + " of " + length + " bytes is too short");
    }
    return HEADER_BYTES + offset;
  }
}
