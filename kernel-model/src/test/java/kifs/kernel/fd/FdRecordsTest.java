package kifs.kernel.fd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.fd.Socket.Endpoint;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FdRecordsTest {
  private final BulkBuilder builder =
      new BulkBuilder(new ChunkPool(1 << 20, 0), List.of(FdRecord.TYPE, TextRecord.TYPE));
  private final FdRecords records = new FdRecords(builder, FdRecord.TYPE.allFields());

  @AfterEach
  void close() {
    builder.close();
  }

  private boolean path(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    // The text isn't at the beginning of the buffer, as in a source's buffer.
    ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 3).put(3, bytes);
    return records.path(buffer, 3, bytes.length);
  }

  private List<Record> all() {
    List<Record> all = new ArrayList<>();
    builder.forEach(
        FdRecord.TYPE,
        fd -> {
          Record copy = Record.allocate(FdRecord.TYPE);
          copy.copy(fd);
          all.add(copy);
        });
    return all;
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, 0100644, 1",
    "/etc, 0040755, 2",
    "/dev/null, 0020666, 3",
    "/dev/sda, 0060660, 4",
    "pipe:[77], 0010600, 5",
    "/run/fifo, 0010644, 6",
    "socket:[77], 0140777, 7",
    "/run/a.socket, 0140777, 7",
    "/etc/link, 0120777, 8",
    "anon_inode:[eventpoll], 0600, 9",
    "anon_inode:[eventfd], 0100600, 9",
    "net:[4026531840], 0100444, 1",
    "/vanished, 0, 0",
    "'/memfd:x (deleted)', 0100777, 1"
  })
  void typesOfFiles(String path, String mode, int type) {
    records.begin(5, 0, 3);
    if (path(path)) {
      records.file(Integer.parseInt(mode, 8), 77);
    }
    Record fd = all().get(0);
    assertEquals(type, fd.get(FdRecord.TYPE_OF_FILE));
    assertEquals(77, fd.get(FdRecord.INODE));
    assertEquals(77, records.inode());
    assertEquals(path.length(), fd.get(FdRecord.PATH_LENGTH));
  }

  @ParameterizedTest
  @CsvSource({"socket:[x]", "socket:[]", "socket:[12", "socket:[12]3", "pipe:[-1]"})
  void oddLinksHaveNoInode(String path) {
    records.begin(5, 0, 3);
    path(path);
    assertFalse(all().get(0).has(FdRecord.INODE));
    records.resolve(
        (pid, into) -> {
          throw new AssertionError("no socket to ask for");
        });
  }

  @Test
  void eachListIsReadOnceAndSocketsAreFound() {
    records.begin(1, 0, 0);
    path("socket:[10]");
    records.begin(1, 0, 1);
    path("/dev/null");
    records.begin(2, 0, 4);
    path("socket:[11]");
    records.begin(2, 0, 5);
    path("socket:[12]");
    records.begin(2, 0, 6);
    // A socket file in a filesystem is not a socket of any list.
    if (path("/run/s")) {
      records.file(0140777, 10);
    }
    List<Integer> queriedPids = new ArrayList<>();
    byte[] local = {127, 0, 0, 1};
    Socket tcp =
        new Socket(
            Socket.INET,
            Socket.STREAM,
            Socket.TCP,
            Socket.LISTEN,
            new Endpoint(local, 80),
            new Endpoint(new byte[4], 0),
            3,
            null,
            0);
    records.resolve(
        new SocketLists() {
          @Override
          public void of(int pid, SocketTable into) {
            queriedPids.add(pid);
            if (pid == 0) {
              into.put(10, tcp);
              into.put(99, tcp);
            } else if (pid == 2) {
              into.put(11, Socket.unix(Socket.STREAM, 1, new byte[] {0, 'x'}, 10));
            }
          }

          @Override
          public Socket unlisted(int pid, int fd, long inode) {
            assertEquals(12, inode);
            return Socket.unbound(Socket.INET6, Socket.DATAGRAM, Socket.UDP);
          }
        });
    assertEquals(List.of(0, 2), queriedPids);
    List<Record> fds = all();
    Record first = fds.get(0);
    assertEquals(80, first.get(FdRecord.LOCAL_PORT));
    assertEquals(3, first.get(FdRecord.SOCKET_INTERFACE));
    assertEquals(Socket.LISTEN, first.get(FdRecord.SOCKET_STATE));
    assertEquals(127, first.bytes(FdRecord.LOCAL_ADDRESS)[0]);
    assertFalse(first.has(FdRecord.SOCKET_NAME_OFFSET));
    assertFalse(fds.get(1).has(FdRecord.SOCKET_FAMILY));
    assertEquals(2, fds.get(2).get(FdRecord.SOCKET_NAME_LENGTH));
    assertEquals(10, fds.get(2).get(FdRecord.PEER_INODE));
    assertFalse(fds.get(2).has(FdRecord.LOCAL_PORT));
    assertEquals(Socket.INET6, fds.get(3).get(FdRecord.SOCKET_FAMILY));
    assertEquals(FdRecord.SOCKET, fds.get(4).get(FdRecord.TYPE_OF_FILE));
    assertFalse(fds.get(4).has(FdRecord.SOCKET_FAMILY), "a file with the inode number of a socket");
  }

  @Test
  void aDroppedFdLeavesNothing() {
    records.begin(1, 0, 0);
    path("socket:[10]");
    records.drop();
    records.begin(1, 0, 1);
    path("/dev/null");
    records.resolve(
        (pid, into) -> {
          throw new AssertionError("no socket to ask for");
        });
    assertEquals(1, all().size());
    assertEquals(1, all().get(0).get(FdRecord.FD));
  }

  @Test
  void equalPathsAreOneText() {
    for (int fd = 0; fd < 1000; fd++) {
      records.begin(1, 0, fd);
      path("/file" + fd % 300);
    }
    assertEquals(300, builder.count(TextRecord.TYPE));
    List<Record> fds = all();
    for (int fd = 300; fd < 1000; fd++) {
      assertEquals(
          fds.get(fd - 300).get(FdRecord.PATH_OFFSET), fds.get(fd).get(FdRecord.PATH_OFFSET));
    }
  }

  @Test
  void onlyRequestedFieldsAreFilled() {
    try (BulkBuilder few = new BulkBuilder(new ChunkPool(1 << 20, 0), List.of(FdRecord.TYPE))) {
      FdRecords light = new FdRecords(few, FdRecord.TYPE_OF_FILE.bit());
      light.begin(1, 0, 2);
      byte[] bytes = "socket:[3]".getBytes(StandardCharsets.UTF_8);
      light.path(ByteBuffer.wrap(bytes), 0, bytes.length);
      light.opened(1, 2, 3);
      light.resolve(SocketLists.NONE);
      few.forEach(
          FdRecord.TYPE,
          fd -> {
            assertTrue(fd.has(FdRecord.TYPE_OF_FILE));
            assertEquals(
                FdRecord.PID.bit() | FdRecord.FD.bit() | FdRecord.TYPE_OF_FILE.bit(),
                FdRecord.TYPE.allFields() & ~fd.absent());
          });
    }
  }
}
