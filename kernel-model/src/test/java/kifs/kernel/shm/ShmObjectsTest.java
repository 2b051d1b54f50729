package kifs.kernel.shm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TextRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShmObjectsTest {
  private static final long INTERNAL = 1;
  private static final long SHM = 26;
  private static final long DISK = 0x801;
  private static final ShmDevices DEVICES = new ShmDevices(Set.of(INTERNAL), Set.of(SHM));

  private static ShmPath path(String path, long device) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer = ByteBuffer.allocate(bytes.length + 2).put(2, bytes);
    return ShmPath.of(buffer, 2, bytes.length, device, DEVICES);
  }

  @ParameterizedTest
  @CsvSource({
    "/dev/shm/a, 26, 1, a",
    "'/dev/shm/a (deleted)', 26, 1, a",
    "/dev/shm/dir/a, 26, 1, dir/a",
    "/dev/shm/other, 99, 1, other",
    "/elsewhere/a, 26, 1, /elsewhere/a",
    "'/memfd:my name (deleted)', 1, 3, my name",
    "'/memfd: (deleted)', 1, 3, ''",
    "'/memfd:x (deleted) (deleted)', 1, 3, 'x (deleted)'",
    "'/SYSV0052e2c1 (deleted)', 1, 2, 0x0052e2c1",
    "'/dev/zero (deleted)', 1, 4, ''",
    "'/anon_hugepage (deleted)', 1, 4, ''"
  })
  void pathsOfSharedMemory(String path, long device, int kind, String name) {
    assertEquals(
        new ShmPath(kind, name.getBytes(StandardCharsets.UTF_8)), path(path, device), path);
  }

  /** Any program may give a file such a name. */
  @ParameterizedTest
  @CsvSource({
    "'/memfd:x (deleted)', 2049",
    "'/SYSV00000000 (deleted)', 2049",
    "'/dev/zero (deleted)', 2049",
    "/dev/zero, 5",
    "/usr/lib/libc.so, 2049",
    "/dev/shm, 2049",
    "'/drm mm object (deleted)', 1",
    "'/SYSVxyz (deleted)', 1"
  })
  void otherPathsAreNoSharedMemory(String path, long device) {
    assertEquals(0, path(path, device).kind(), path);
  }

  @Test
  void idsDistinguishObjects() {
    Set<Long> ids = new HashSet<>();
    int made = 0;
    for (int kind = 1; kind <= 4; kind++) {
      for (long space : new long[] {0, 1, 26, 300, 4026531839L}) {
        for (long inode : new long[] {0, 1, 2, 1000, 0xFFFF_FFFFL}) {
          long id = new ShmKey(kind, space, inode).id();
          assertTrue(id >= 0);
          ids.add(id);
          made++;
        }
      }
    }
    assertEquals(made, ids.size());
    // Large numbers are folded, not truncated.
    assertFalse(new ShmKey(1, 0, 1L << 40).id() == new ShmKey(1, 0, 0).id());
  }

  private static ShmObject at(ShmObjects objects, String path, long device, long inode, long ipc) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    return objects.at(ByteBuffer.wrap(bytes), 0, bytes.length, device, inode, ipc);
  }

  @Test
  void mappingsOfAnObjectAreSummed() {
    ShmObjects objects = new ShmObjects(DEVICES);
    assertNull(at(objects, "/usr/lib/libc.so", DISK, 5, 0));
    objects.mapped(at(objects, "/dev/shm/a", SHM, 5, 0), 200, 4096);
    objects.mapped(at(objects, "/dev/shm/a (deleted)", SHM, 5, 0), 100, 8192);
    objects.mapped(at(objects, "/dev/shm/a", SHM, 5, 0), 100, 4096);
    // Three objects with one number: a memfd, and two System V objects in two IPC namespaces.
    objects.mapped(at(objects, "/memfd:m (deleted)", INTERNAL, 5, 0), 100, 4096);
    objects.mapped(at(objects, "/SYSV00000000 (deleted)", INTERNAL, 5, 0), 100, 4096);
    objects.mapped(at(objects, "/SYSV00000000 (deleted)", INTERNAL, 5, 4026532000L), 300, 4096);
    objects.object(new ShmKey(ShmRecord.SYSTEM_V, 0, 6), new byte[0], -1).measured(10, 0, 0, 7);
    assertEquals(5, objects.all().size());

    try (BulkBuilder into =
        new BulkBuilder(
            new ChunkPool(1 << 20, 0),
            List.of(ShmRecord.TYPE, ShmUserRecord.TYPE, TextRecord.TYPE))) {
      ShmObjects.write(objects.all(), -1, -1, into);
      List<Long> ids = new ArrayList<>();
      into.forEach(
          ShmRecord.TYPE,
          shm -> {
            ids.add(shm.get(ShmRecord.ID));
            assertEquals(shm.get(ShmRecord.SIZE) == 10, shm.has(ShmRecord.SIZE));
            if (shm.get(ShmRecord.KIND) == ShmRecord.POSIX) {
              assertEquals(2, shm.get(ShmRecord.USERS));
              assertEquals(SHM, shm.get(ShmRecord.DEVICE));
            }
          });
      assertEquals(ids.stream().sorted().distinct().toList(), ids);
      List<String> users = new ArrayList<>();
      into.forEach(
          ShmUserRecord.TYPE,
          user ->
              users.add(
                  user.get(ShmUserRecord.PID)
                      + " "
                      + user.get(ShmUserRecord.MAPPED)
                      + " "
                      + user.get(ShmUserRecord.MAPPINGS)));
      assertTrue(users.containsAll(List.of("100 12288 2", "200 4096 1", "300 4096 1")), "" + users);
      assertEquals(5, users.size());
    }
  }
}
