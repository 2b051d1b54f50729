package kifs.kernel.procfs.holdings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.fd.Socket;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Record;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Parses answers of sock_diag, made up byte by byte. */
class SockDiagMessageTest {
  private static final int INODE = 4711;

  private static ByteBuffer message() {
    return ByteBuffer.allocate(256).order(ByteOrder.nativeOrder());
  }

  /** The FD record of an fd that is open on the socket of an answer. */
  private static Record read(ByteBuffer message, int length, int protocol) {
    try (BulkBuilder into = new BulkBuilder(new ChunkPool(1 << 20, 0), List.of(FdRecord.TYPE))) {
      FdRecords records = new FdRecords(into, FdRecord.TYPE.allFields());
      records.begin(1, 0, 2);
      byte[] link = ("socket:[" + INODE + "]").getBytes(StandardCharsets.US_ASCII);
      records.path(ByteBuffer.wrap(link), 0, link.length);
      records.resolve((pid, table) -> SockDiagMessage.read(message, 8, length, protocol, table));
      Record fd = Record.allocate(FdRecord.TYPE);
      into.forEach(FdRecord.TYPE, fd::copy);
      return fd;
    }
  }

  private static ByteBuffer inet() {
    ByteBuffer message = message();
    int body = 8 + 16;
    message.put(body, (byte) Socket.INET).put(body + 1, (byte) Socket.LISTEN);
    message.put(body + 4, (byte) 0x1F).put(body + 5, (byte) 0x90);
    message.put(body + 8, new byte[] {10, 0, 0, 1}).putInt(body + 40, 3);
    return message.putInt(body + 68, INODE);
  }

  @Test
  void aTcpSocket() {
    Record fd = read(inet(), 88, Socket.TCP);
    assertEquals(Socket.INET, fd.get(FdRecord.SOCKET_FAMILY));
    assertEquals(Socket.STREAM, fd.get(FdRecord.SOCKET_TYPE));
    assertEquals(Socket.TCP, fd.get(FdRecord.SOCKET_PROTOCOL));
    assertEquals(Socket.LISTEN, fd.get(FdRecord.SOCKET_STATE));
    assertEquals(8080, fd.get(FdRecord.LOCAL_PORT));
    assertEquals(10, fd.bytes(FdRecord.LOCAL_ADDRESS)[0]);
    assertEquals(3, fd.get(FdRecord.SOCKET_INTERFACE));
  }

  @Test
  void theProtocolOfARawSocketIsInPlaceOfThePort() {
    Record fd = read(inet(), 88, 255);
    assertEquals(Socket.RAW, fd.get(FdRecord.SOCKET_TYPE));
    assertEquals(8080, fd.get(FdRecord.SOCKET_PROTOCOL));
    assertEquals(0, fd.get(FdRecord.LOCAL_PORT));
  }

  @Test
  void aUnixSocketWithNameAndPeer() {
    ByteBuffer message = message();
    int body = 8 + 16;
    message.put(body, (byte) Socket.UNIX).put(body + 1, (byte) 5).put(body + 2, (byte) 1);
    message.putInt(body + 4, INODE);
    int at = body + 16;
    // The kernel returns a path with its NUL, and pads the attribute to four bytes.
    message
        .putShort(at, (short) 9)
        .putShort(at + 2, (short) 0)
        .put(at + 4, "/run".getBytes(StandardCharsets.US_ASCII));
    message.putShort(at + 12, (short) 8).putShort(at + 14, (short) 2).putInt(at + 16, 99);
    Record fd = read(message, 16 + 16 + 20, 0);
    assertEquals(5, fd.get(FdRecord.SOCKET_TYPE));
    assertEquals(1, fd.get(FdRecord.SOCKET_STATE));
    assertEquals(99, fd.get(FdRecord.PEER_INODE));
    // If the message is cut short, an incomplete attribute is ignored.
    assertFalse(read(message, 16 + 16 + 18, 0).has(FdRecord.PEER_INODE));
  }

  @Test
  void theEndOfAList() {
    ByteBuffer message = message();
    message.putInt(8, 20).putShort(12, (short) SockDiagMessage.NLMSG_DONE);
    assertTrue(SockDiagMessage.isDone(message, 8, 20));
    message.putInt(24, -2);
    assertFalse(SockDiagMessage.isDone(message, 8, 20), "there is no such list");
    message.putShort(12, (short) SockDiagMessage.NLMSG_ERROR);
    assertFalse(SockDiagMessage.isDone(message, 8, 20));
  }

  @Property
  void anyBytes(@ForAll byte[] bytes, @ForAll @IntRange(min = 0, max = 248) int length) {
    ByteBuffer message = message();
    message.put(8, bytes, 0, Math.min(bytes.length, 200));
    read(message, length, Socket.TCP);
  }
}
