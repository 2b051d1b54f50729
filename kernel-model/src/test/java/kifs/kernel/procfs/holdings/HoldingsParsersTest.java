package kifs.kernel.procfs.holdings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.fd.SocketLists;
import kifs.kernel.procfs.probe.Probe;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Mappings;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parses the files of /proc about fds, sockets, mappings and shared memory. */
class HoldingsParsersTest {
  @Test
  void fdinfo() {
    FdinfoFile info = new FdinfoFile();
    assertTrue(
        info.parse(
            ByteCursor.of("pos:\t4096\nflags:\t02100002\nmnt_id:\t29\nino:\t1035\ntfd: 5\n")));
    assertEquals(4096, info.position);
    assertEquals(02100002, info.flags);
    assertEquals(29, info.mount);
    assertEquals(1035, info.inode);
    assertTrue(info.parse(ByteCursor.of("pos:\t0\nflags:\t00\n")), "an old kernel");
    assertEquals(0, info.flags);
    assertEquals(-1, info.mount);
    assertEquals(-1, info.inode);
    assertFalse(info.parse(ByteCursor.of("pos:\t0\nflags:\tx\n")));
    assertFalse(info.parse(ByteCursor.of("")));
  }

  @Test
  void maps() {
    Mappings maps = new Mappings();
    maps.over(
        ByteCursor.of(
            """
            55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0                          [heap]
            7f0000000000-7f0000400000 rw-s 00100000 00:1a 7                          /dev/shm/a b
            7f0000500000-7f0000501000 r-xp 00000000 fe:00 1234567                    /usr/lib/x.so
            7f0000600000-7f0000700000 r--s 00000000 00:01 1036                       /memfd:m (deleted)
            7f0000700000-7f0000800000 rw-p 00000000 00:01 1036                       /memfd:m (deleted)
            7f0000900000-7f0000a00000 rw-p 00000000 00:0f 2          /anon_hugepage (deleted)
            7f0000800000-7f0000801000 rw-p 00000000 00:00 0
            odd
            7f00\
            """));
    assertTrue(maps.nextShared());
    assertEquals(0x7f0000000000L, maps.from);
    assertEquals(0x7f0000400000L, maps.to);
    assertEquals(26, maps.device);
    assertEquals(7, maps.inode);
    assertEquals("/dev/shm/a b", path(maps));
    assertTrue(maps.nextShared());
    assertEquals("/memfd:m (deleted)", path(maps));
    assertTrue(maps.shared);
    assertFalse(maps.nextShared());
    maps.over(ByteCursor.of(""));
    assertFalse(maps.nextShared());
  }

  @Test
  void mapsOfMemoryWithoutAFile() {
    Mappings maps = new Mappings();
    maps.over(
        ByteCursor.of(
            """
            55d0c0a00000-55d0c0a21000 rw-p 00000000 00:00 0                          [heap]
            7f0000500000-7f0000501000 r-xp 00002000 fe:00 1234567                    /usr/lib/x.so
            7f0000800000-7f0000801000 rw-p 00000000 00:00 0
            ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0          [vsyscall]
            """));
    assertTrue(maps.next());
    assertEquals("[heap]", maps.name());
    assertEquals(0, maps.inode);
    assertFalse(maps.executable);
    assertTrue(maps.next());
    assertTrue(maps.executable);
    assertEquals(0xfe00, maps.device);
    assertFalse(maps.shared);
    assertEquals(0x2000, maps.offset);
    assertTrue(maps.contains(0x7f0000500000L));
    assertTrue(maps.contains(0x7f0000500fffL));
    assertFalse(maps.contains(0x7f0000501000L), "the address after its last byte");
    assertTrue(maps.next());
    assertEquals("", maps.name());
    assertTrue(maps.next());
    assertTrue(maps.contains(0xffffffffff600800L), "addresses are unsigned");
    assertFalse(maps.next());
    assertTrue(maps.isComplete());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "odd",
        "7f00",
        "7f00-7f10",
        "7f00-7f10 r-xp",
        "7f00-7f10 r-xp 0",
        "7f00-7f10 r-xp 0 fe:",
        "7f00-7f10 r-xp 0 fe:00 ",
        "7f00-7f10 r-xp 0 fe:00 x",
        "7g00-7f10 r-xp 0 fe:00 1",
        "-7f10 r-xp 0 fe:00 1"
      })
  void aMalformedLineOfMapsIsSkipped(String line) {
    Mappings maps = new Mappings();
    maps.over(ByteCursor.of(line + "\n1000-2000 r-xp 0 fe:00 5 /x\n"));
    assertTrue(maps.next(), "the mapping after the malformed line");
    assertEquals("/x", maps.name());
    assertFalse(maps.isComplete());
    assertFalse(maps.next());
  }

  private static String path(Mappings maps) {
    byte[] bytes = new byte[maps.pathLength];
    maps.text().get(maps.path, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Property
  void parsersAcceptAnyBytes(@ForAll byte[] bytes) {
    Mappings maps = new Mappings();
    maps.over(new ByteCursor().over(bytes, bytes.length));
    int lines = 0;
    while (maps.nextShared()) {
      lines++;
    }
    assertTrue(lines <= bytes.length);
    new FdinfoFile().parse(new ByteCursor().over(bytes, bytes.length));
    SystemVShmFile.parse(
        new ByteCursor().over(bytes, bytes.length), new ShmObjects(Probe.shmDevices(false)));
  }

  @Test
  void sysvipc() {
    ShmObjects objects = new ShmObjects(Probe.shmDevices(false));
    SystemVShmFile.parse(
        ByteCursor.of(
            "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid"
                + "  cgid      atime      dtime      ctime                   rss                 "
                + " swap\n"
                + "         0          3   600               6291456   100   101      2  1000     0"
                + "     0     0 1 2 3                 20480                  4096\n"
                + "-1879048192         4   600                     1   100   101      0     0     0"
                + "     0     0 1 2 3                     0                     0\n"
                + "  odd\n"),
        objects);
    List<String> found = new ArrayList<>();
    for (ShmObject object : objects.all()) {
      Record shm = Record.allocate(ShmRecord.TYPE);
      ShmObjects.fill(object, -1, shm);
      found.add(
          object.key().inode()
              + " "
              + new String(object.name(), StandardCharsets.US_ASCII)
              + " "
              + shm.get(ShmRecord.SIZE)
              + " "
              + shm.get(ShmRecord.RESIDENT)
              + " "
              + shm.get(ShmRecord.SWAPPED)
              + " "
              + shm.get(ShmRecord.UID));
    }
    assertEquals(List.of("3 0x00000000 6291456 20480 4096 1000", "4 0x90000000 1 0 0 0"), found);
  }

  private static final Map<String, String> NET =
      Map.of(
          "net/tcp",
          "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt uid timeout"
              + " inode\n"
              + "   0: 0100007F:1F90 0200007F:0050 01 00000000:00000000 00:00000000 00000000     0"
              + "        0 590 1 000000000d21fcc1 100 0 0 10 0\nodd\n",
          "net/udp6",
          "  sl  local\n"
              + "  6: 00000000000000000000000001000000:14E9 00000000000000000000000000000000:0000"
              + " 07 00000000:00000000 00:00000000 00000000   0  0 591 2 0 0\n",
          "net/raw",
          "  sl\n   1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000 0 0"
              + " 592 2 0 0\n",
          "net/unix",
          "Num       RefCount Protocol Flags    Type St Inode Path\n"
              + "0000000082257af0: 00000002 00000000 00010000 0001 01 593 /run/a b\n"
              + "0000000082257af0: 00000003 00000000 00000000 0005 03 594 @abstract\n"
              + "0000000082257af0: 00000003 00000000 00000000 0002 01 595\n",
          "net/netlink",
          "sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops   "
              + " Inode\n"
              + "000000005306ef98 4   4711       00000000 0        0        0     2        0       "
              + " 596\n",
          "net/packet",
          "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n"
              + "0000000000000000 3      3    0003   2     1 0      0      597\n");

  @Test
  void socketsOfProcNet() {
    Map<Long, Record> found = new TreeMap<>();
    try (BulkBuilder into = new BulkBuilder(new ChunkPool(1 << 20, 0), List.of(FdRecord.TYPE))) {
      FdRecords records = new FdRecords(into, FdRecord.TYPE.allFields());
      for (int inode = 590; inode <= 598; inode++) {
        records.begin(1, 0, inode);
        byte[] link = ("socket:[" + inode + "]").getBytes(StandardCharsets.US_ASCII);
        records.path(ByteBuffer.wrap(link), 0, link.length);
      }
      SocketLists lists =
          (pid, table) ->
              NetFile.ALL.forEach(
                  file ->
                      file.parse(
                          ByteCursor.of(NET.getOrDefault(file.name().toString(), "")), table));
      records.resolve(lists);
      into.forEach(
          FdRecord.TYPE,
          fd -> {
            Record copy = Record.allocate(FdRecord.TYPE);
            copy.copy(fd);
            found.put(fd.get(FdRecord.INODE), copy);
          });
    }
    check(found.get(590L), 2, 1, 6, 1, 8080, 80);
    assertEquals("[127, 0, 0, 1]", first(found.get(590L), FdRecord.LOCAL_ADDRESS));
    check(found.get(591L), 10, 2, 17, 7, 5353, 0);
    assertEquals(1, found.get(591L).buffer().get(FdRecord.LOCAL_ADDRESS.offset() + 15));
    check(found.get(592L), 2, 3, 1, 7, 0, 0);
    check(found.get(593L), 1, 1, 0, 10, 0, 0);
    check(found.get(594L), 1, 5, 0, 1, 0, 0);
    check(found.get(595L), 1, 2, 0, 7, 0, 0);
    check(found.get(596L), 16, 3, 4, 0, 4711, 0);
    check(found.get(597L), 17, 3, 3, 0, 0, 0);
    assertEquals(2, found.get(597L).get(FdRecord.SOCKET_INTERFACE));
    assertFalse(found.get(598L).has(FdRecord.SOCKET_FAMILY));
  }

  private static void check(
      Record fd, int family, int type, int protocol, int state, int local, int peer) {
    assertEquals(family, fd.get(FdRecord.SOCKET_FAMILY));
    assertEquals(type, fd.get(FdRecord.SOCKET_TYPE));
    assertEquals(protocol, fd.get(FdRecord.SOCKET_PROTOCOL));
    assertEquals(state, fd.get(FdRecord.SOCKET_STATE));
    assertEquals(local, fd.get(FdRecord.LOCAL_PORT));
    assertEquals(peer, fd.get(FdRecord.PEER_PORT));
  }

  private static String first(Record fd, Field address) {
    byte[] bytes = new byte[4];
    fd.buffer().get(address.offset(), bytes);
    return Arrays.toString(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "1", "1 2 x:y /", "36 35 a:0 / /mnt rw - nfs s rw", "- - - - - - - -"})
  void malformedMounts(String line) {
    new Mounts(-1).add(line);
    assertNull(new MountInfo(line).cgroup2());
  }
}
