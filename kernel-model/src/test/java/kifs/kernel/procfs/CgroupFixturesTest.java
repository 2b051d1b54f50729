package kifs.kernel.procfs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.source.CgroupRef;
import kifs.testing.Bulks;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads trees of cgroups of each version from files, without a kernel that has them. */
class CgroupFixturesTest {
  private static final long HOST_BYTES = 4L << 30;
  private static final Query ALL = Query.of(CgroupRecord.TYPE).withDetail(Detail.FULL);

  @TempDir Path root;

  @Test
  void versionTwo() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      Map<String, Record> groups = collect(source, ALL);
      assertEquals(
          List.of("/", "/a b%2f", "/pool", "/web", "/web/inner", "/web/small"),
          List.copyOf(groups.keySet()));

      Record web = groups.get("/web");
      expectFiguresOfWeb(web);
      expect(web, CgroupRecord.VERSIONS, CgroupRecord.V2);
      expect(web, CgroupRecord.CONTROLLERS, 0b111001);
      expect(web, CgroupRecord.KIND, 0);
      expect(web, CgroupRecord.POPULATED, 1);
      expect(web, CgroupRecord.FROZEN, 0);
      expect(web, CgroupRecord.CPU_WEIGHT, 200);
      expect(web, CgroupRecord.MEMORY_HIGH, 300 << 20);
      expect(web, CgroupRecord.SWAP_LIMIT, -1);
      expect(web, CgroupRecord.LOW_EVENTS, 1);
      expect(web, CgroupRecord.HIGH_EVENTS, 2);
      expect(web, CgroupRecord.OOM_EVENTS, 4);
      expect(web, CgroupRecord.PIDS_LIMIT, 100);
      expect(web, CgroupRecord.READS, 4);
      expect(web, CgroupRecord.CPU_SOME.total(), 12_345_000);
      assertEquals(1.25, web.getDouble(CgroupRecord.CPU_SOME.averages().get(0)));
      assertEquals(0.25, web.getDouble(CgroupRecord.CPU_FULL.averages().get(0)));
      assertFalse(web.has(CgroupRecord.MEMORY_SOME.total()), "it has no memory.pressure");
      assertFalse(web.has(CgroupRecord.PIDS_PEAK), "Linux before 6.1 has no pids.peak");

      expect(groups.get("/"), CgroupRecord.DYING, 7);
      expect(groups.get("/"), CgroupRecord.CPU_USAGE, 5_000_000_000L);
      expect(groups.get("/pool"), CgroupRecord.KIND, CgroupRecord.KINDS.indexOf("threaded"));
      Record small = groups.get("/web/small");
      assertFalse(small.has(CgroupRecord.MEMORY), "12monkeys is no number");
      assertFalse(small.has(CgroupRecord.CPU_USAGE));
      expect(small, CgroupRecord.CPU_USER, 5_000);
    }
  }

  @Test
  void theSmallestLimitOnTheWayUpCounts() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      Map<String, Record> groups = collect(source, ALL);
      expect(groups.get("/"), CgroupRecord.MEMORY_EFFECTIVE, HOST_BYTES);
      expect(groups.get("/pool"), CgroupRecord.MEMORY_EFFECTIVE, HOST_BYTES);
      expect(groups.get("/web/inner"), CgroupRecord.MEMORY_EFFECTIVE, 1 << 30);
      expect(groups.get("/web/inner"), CgroupRecord.MEMORY_LIMIT, -1);
      expect(groups.get("/web/small"), CgroupRecord.MEMORY_EFFECTIVE, 1 << 20);
      try (CgroupRef inner = source.cgroup("/web/inner").orElseThrow()) {
        Record one = Record.allocate(CgroupRecord.TYPE);
        assertTrue(inner.read(CgroupRecord.MEMORY_EFFECTIVE.bit(), one));
        expect(one, CgroupRecord.MEMORY_EFFECTIVE, 1 << 30);
        assertFalse(one.has(CgroupRecord.MEMORY_LIMIT), "it was not asked for");
      }
    }
  }

  @Test
  void versionOne() throws IOException {
    try (ProcfsSource source = open("v1.txt")) {
      Map<String, Record> groups = collect(source, ALL);
      assertEquals(List.of("/", "/idle", "/only", "/web"), List.copyOf(groups.keySet()));
      Record web = groups.get("/web");
      expectFiguresOfWeb(web);
      expect(web, CgroupRecord.VERSIONS, CgroupRecord.V1);
      expect(web, CgroupRecord.CONTROLLERS, 0b1111011);
      expect(web, CgroupRecord.CPU_WEIGHT, 200);
      expect(web, CgroupRecord.PIDS_LIMIT, -1);
      expect(web, CgroupRecord.FROZEN, 1);
      expect(web, CgroupRecord.READS, 3);
      assertFalse(web.has(CgroupRecord.POPULATED), "v1 doesn't tell it");
      assertTrue(web.get(CgroupRecord.ID) < 0, "an id of v1 has bit 63");
      Record idle = groups.get("/idle");
      expect(idle, CgroupRecord.CPU_QUOTA, -1);
      expect(idle, CgroupRecord.CPU_WEIGHT, 1);
      assertFalse(idle.has(CgroupRecord.MEMORY));
      expect(groups.get("/only"), CgroupRecord.MEMORY_LIMIT, -1);
      expect(groups.get("/only"), CgroupRecord.MEMORY_EFFECTIVE, HOST_BYTES);
      expect(groups.get("/"), CgroupRecord.MEMORY, 2L << 30);
    }
  }

  /** A figure of v1's own controller goes before the basic figure that v2 has of every group. */
  @Test
  void bothVersions() throws IOException {
    try (ProcfsSource source = open("hybrid.txt")) {
      Map<String, Record> groups = collect(source, ALL);
      assertEquals(List.of("/", "/idle", "/new", "/only", "/web"), List.copyOf(groups.keySet()));
      Record web = groups.get("/web");
      expectFiguresOfWeb(web);
      expect(web, CgroupRecord.VERSIONS, CgroupRecord.V1 | CgroupRecord.V2);
      expect(web, CgroupRecord.POPULATED, 1);
      expect(web, CgroupRecord.MEMORY_SOME.total(), 777_000);
      expect(web, CgroupRecord.ID, inode("sys/fs/cgroup/unified/web"));
      expect(groups.get("/only"), CgroupRecord.VERSIONS, CgroupRecord.V1);
      expect(groups.get("/new"), CgroupRecord.VERSIONS, CgroupRecord.V2);
      expect(groups.get("/new"), CgroupRecord.FROZEN, 1);
    }
  }

  @Test
  void parentsAndDepths() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      Map<String, Record> groups = collect(source, ALL);
      expect(groups.get("/"), CgroupRecord.PARENT, 0);
      expect(groups.get("/"), CgroupRecord.DEPTH, 0);
      expect(groups.get("/web"), CgroupRecord.PARENT, groups.get("/").get(CgroupRecord.ID));
      Record inner = groups.get("/web/inner");
      expect(inner, CgroupRecord.PARENT, groups.get("/web").get(CgroupRecord.ID));
      expect(inner, CgroupRecord.DEPTH, 2);
      assertEquals(Optional.of("/web/inner"), source.cgroupPath(inner.get(CgroupRecord.ID)));
      assertEquals(Optional.empty(), source.cgroupPath(12345));
    }
  }

  @Test
  void aQuerySelectsAGroupAndThoseBelow() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      assertEquals(
          List.of("/web", "/web/inner", "/web/small"),
          List.copyOf(collect(source, ALL.withCgroup("/web")).keySet()));
      expect(
          collect(source, ALL.withCgroup("/web/inner")).get("/web/inner"),
          CgroupRecord.MEMORY_EFFECTIVE,
          1 << 30);
      for (String none : List.of("/we", "/web/no", "/../proc", "/web/..", "/web//inner", "web")) {
        assertEquals(Map.of(), collect(source, ALL.withCgroup(none)), none);
      }
    }
  }

  @Test
  void lessDetailReadsFewerFiles() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      Record light = collect(source, ALL.withDetail(Detail.LIGHT)).get("/web");
      expect(light, CgroupRecord.MEMORY, 100 << 20);
      assertFalse(light.has(CgroupRecord.MEMORY_LIMIT));
      Record normal = collect(source, ALL.withDetail(Detail.NORMAL)).get("/web");
      expect(normal, CgroupRecord.MEMORY_LIMIT, 1 << 30);
      assertFalse(normal.has(CgroupRecord.ANON));
    }
  }

  @Test
  void oneGroup() throws IOException {
    try (ProcfsSource source = open("v2.txt")) {
      CgroupRef web = source.cgroup("/web").orElseThrow();
      assertEquals("/web", web.path());
      assertEquals(List.of("inner", "small"), web.children());
      assertArrayEquals(new int[] {200, 300}, web.pids());
      Record record = Record.allocate(CgroupRecord.TYPE);
      assertTrue(web.read(CgroupRecord.TYPE.allFields(), record));
      expectFiguresOfWeb(record);
      for (String none : List.of("/no", "/web/", "web", "", "/web/../web", "/.")) {
        assertTrue(source.cgroup(none).isEmpty(), none);
      }
      web.close();
    }
  }

  @Test
  void processesOfEveryHierarchyAreInAGroupOfVersionOne() throws IOException {
    try (ProcfsSource source = open("v1.txt");
        CgroupRef web = source.cgroup("/web").orElseThrow()) {
      assertArrayEquals(new int[] {200, 300}, web.pids());
    }
  }

  /** Another group at the path of a removed one is not taken for it. */
  @Test
  void aRefIsBoundToItsGroup() throws IOException {
    try (ProcfsSource source = open("v2.txt");
        CgroupRef small = source.cgroup("/web/small").orElseThrow()) {
      Path directory = root.resolve("sys/fs/cgroup/web/small");
      // The old directory stays, so that the new one gets another inode number.
      Files.move(directory, root.resolve("removed"));
      Record record = Record.allocate(CgroupRecord.TYPE);
      assertFalse(small.read(CgroupRecord.MEMORY_LIMIT.bit(), record));
      Files.createDirectory(directory);
      Files.writeString(directory.resolve("memory.max"), "5\n");
      assertFalse(small.read(CgroupRecord.MEMORY_LIMIT.bit(), record));
      assertEquals(List.of(), small.children());
      assertEquals(0, small.pids().length);
      assertTrue(source.cgroup("/web/small").isPresent());
    }
  }

  @Test
  void aHostWithoutCgroups() throws IOException {
    Path proc = ProcArchive.unpackText("== self/mountinfo\n1 1 8:1 / / rw - ext4 a rw\n", root);
    try (ProcfsSource source = ProcfsSource.open(proc)) {
      assertEquals(0, source.fields(CgroupRecord.TYPE, Detail.FULL));
      assertEquals(Map.of(), collect(source, ALL));
      assertTrue(source.cgroup("/").isEmpty());
    }
  }

  /** The figures that the group has in every fixture. */
  private static void expectFiguresOfWeb(Record web) {
    expect(web, CgroupRecord.CPU_USAGE, web.has(CgroupRecord.KIND) ? 1_234_567_000 : 1_234_567_890);
    expect(web, CgroupRecord.CPU_USER, 1_000_000_000);
    expect(web, CgroupRecord.CPU_PERIODS, 100);
    expect(web, CgroupRecord.CPU_THROTTLED, 25);
    expect(web, CgroupRecord.CPU_THROTTLED_TIME, 1_500_000_000);
    expect(web, CgroupRecord.CPU_QUOTA, 50_000_000);
    expect(web, CgroupRecord.CPU_PERIOD, 100_000_000);
    expect(web, CgroupRecord.MEMORY, 100 << 20);
    expect(web, CgroupRecord.MEMORY_PEAK, 200 << 20);
    expect(web, CgroupRecord.MEMORY_LIMIT, 1 << 30);
    expect(web, CgroupRecord.MEMORY_EFFECTIVE, 1 << 30);
    expect(web, CgroupRecord.SWAP, 4096);
    expect(web, CgroupRecord.ANON, 50_000_000);
    expect(web, CgroupRecord.FILE, 40_000_000);
    expect(web, CgroupRecord.SHMEM, 3_000_000);
    expect(web, CgroupRecord.MAJOR_FAULTS, 42);
    expect(web, CgroupRecord.MAX_EVENTS, 3);
    expect(web, CgroupRecord.OOM_KILLS, 5);
    expect(web, CgroupRecord.PIDS, 12);
    expect(web, CgroupRecord.PIDS_REFUSED, 9);
    expect(web, CgroupRecord.READ, 1010);
    expect(web, CgroupRecord.WRITE, 2020);
  }

  private static void expect(Record group, Field field, long value) {
    assertTrue(group.has(field), () -> field + " is absent");
    assertEquals(value, group.get(field), field.name());
  }

  private long inode(String path) throws IOException {
    return (Long) Files.getAttribute(root.resolve(path), "unix:ino");
  }

  /** The CGROUP records by path, in the order of the bulk. */
  private static Map<String, Record> collect(ProcfsSource source, Query query) {
    Bulk bulk = Bulks.collect(source, query);
    byte[] bytes = Bulks.bytes(bulk);
    Map<String, Record> groups = new LinkedHashMap<>();
    for (Record group : Bulks.records(bulk, CgroupRecord.TYPE)) {
      int offset = (int) group.get(CgroupRecord.PATH_OFFSET);
      int length = (int) group.get(CgroupRecord.PATH_LENGTH);
      groups.put(new String(bytes, offset, length, StandardCharsets.ISO_8859_1), group);
    }
    return groups;
  }

  private ProcfsSource open(String fixture) throws IOException {
    String text =
        Files.readString(
            Project.TEST_DATA.resolve("cgroups").resolve(fixture), StandardCharsets.ISO_8859_1);
    String own = text.replace(" /sys/fs/cgroup", " " + root + "/sys/fs/cgroup");
    return ProcfsSource.open(ProcArchive.unpackText(own, root));
  }
}
