package kifs.kernel.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.SourceKind;
import kifs.kernel.source.ThreadRef;
import kifs.testing.Bulks;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A captured kernel answers as the kernel did when it was captured. */
class CaptureSourceTest {
  private static final int MUTATIONS = 10_000;

  private static final String SCRIPT =
      """
      host name=tiny processors=2 memory=1G
      0s spawn 100 comm=java uid=1000 rss=200M fds=2 cmdline="java -jar shop.jar" \
      exe=/usr/bin/java cgroup=/shop/web
      0s thread 100 101 comm=mailer
      0s spawn 200 comm=other uid=7 cgroup=/shop
      0s open 100 7 regular path=/srv/data inode=77
      0s shm pool kind=posix size=1M resident=4K
      0s map 100 pool bytes=1M
      0s block 100/101 mutex 0x7f3a10002a40 owner=100/100
      """;

  private static final List<RecordType> TYPES =
      Records.ALL.stream()
          .filter(type -> type.hasAbsent() && !BaselineRecord.isBaseline(type))
          .toList();

  private final VirtualClock clock = new VirtualClock();
  private SimulatedKernel kernel;
  private byte[] bytes;
  private CaptureSource capture;

  @BeforeEach
  void capture() throws Exception {
    kernel = SimulationScript.parse(SCRIPT).start(clock);
    bytes = bytes(Query.of(TYPES).withDetail(Detail.FULL));
    BulkReader reader = new BulkReader(ByteBuffer.wrap(bytes));
    capture = new CaptureSource(() -> reader, "the past", () -> {});
  }

  private byte[] bytes(Query query) {
    try (Bulk bulk = Bulks.collect(kernel, query)) {
      return Bulks.bytes(bulk);
    }
  }

  /** What a pass finds: of each record the values and texts of its fields. */
  private static List<String> lines(KernelSource source, Query query) {
    List<String> lines = new ArrayList<>();
    try (Bulk bulk = Bulks.collect(source, query)) {
      for (RecordType type : TYPES) {
        bulk.forEach(type, record -> lines.add(line(bulk, record)));
      }
    }
    return lines;
  }

  private static String line(Bulk bulk, Record record) {
    TreeMap<String, Object> values = new TreeMap<>();
    for (Field field : record.type().fields()) {
      if (!record.has(field) || field.name().equals("absent")) {
        continue;
      }
      if (record.type().textOffsets().contains(field)) {
        int length = (int) record.get(record.type().textLength(field));
        byte[] text = bulk.text(record.get(field), length);
        values.put(field.name(), new String(text, StandardCharsets.ISO_8859_1));
      } else if (field.count() > 1) {
        values.put(field.name(), new String(record.bytes(field), StandardCharsets.ISO_8859_1));
      } else {
        boolean isDecimal = field.type() == FieldType.F64;
        values.put(field.name(), isDecimal ? record.getDouble(field) : record.get(field));
      }
    }
    return record.type() + " " + record.flags() + " " + values;
  }

  @Test
  void everyQueryFindsWhatItFoundThen() {
    Query all = Query.of(TYPES).withDetail(Detail.FULL);
    List<Query> queries =
        List.of(
            all,
            all.withPids(Set.of(100)),
            all.withUids(Set.of(7)),
            all.withComms(Set.of("java")),
            all.withCgroup("/shop/web"),
            all.withCgroup("/shop"),
            all.withStates(Set.of('S')),
            all.withComms(Set.of("nobody")),
            all.withFields(ProcessRecord.TYPE, ProcessRecord.PID, ProcessRecord.RSS),
            Query.of(SystemRecord.TYPE).withDetail(Detail.FULL),
            Query.of(WaitRecord.TYPE).withDetail(Detail.FULL));
    for (Query query : queries) {
      assertEquals(
          String.join("\n", lines(kernel, query)), String.join("\n", lines(capture, query)));
    }
    assertTrue(lines(capture, all).size() > 10);
  }

  @Test
  void entitiesAreFoundAsThen() {
    assertEquals(SourceKind.CAPTURE, capture.kind());
    assertEquals(kernel.host(), capture.host());
    assertEquals(kernel.clock().boottimeNs(), capture.clock().boottimeNs());
    assertArrayEquals(kernel.pids(), capture.pids());
    assertTrue(capture.process(300).isEmpty());
    assertTrue(capture.limits().isEmpty());
    try (ProcessRef then = kernel.process(100).orElseThrow();
        ProcessRef process = capture.process(100).orElseThrow()) {
      assertArrayEquals(then.tids(), process.tids());
      assertArrayEquals(then.fds(), process.fds());
      assertTrue(process.hasFd(7));
      assertFalse(process.hasFd(99));
      assertArrayEquals(then.commandLine().orElseThrow(), process.commandLine().orElseThrow());
      assertEquals(then.executable(), process.executable());
      assertEquals(then.cgroup(), process.cgroup());
      assertEquals(then.owner(), process.owner());
      try (ThreadRef thread = process.thread(101).orElseThrow()) {
        Record record = Record.allocate(ThreadRecord.TYPE);
        assertTrue(thread.read(ThreadRecord.COMM.bit(), record));
        assertEquals("mailer", record.text(ThreadRecord.COMM));
        assertFalse(record.has(ThreadRecord.STATE));
      }
      assertTrue(process.thread(102).isEmpty());
    }
    try (var group = capture.cgroup("/shop").orElseThrow()) {
      assertEquals(List.of("web"), group.children());
      assertArrayEquals(new int[] {200}, group.pids());
    }
    assertTrue(capture.cgroup("/none").isEmpty());
  }

  /** When the file has grown, processes have vanished, and their refs say so. */
  @Test
  void aLaterBulkIsALaterKernel() throws Exception {
    AtomicReference<BulkReader> shown =
        new AtomicReference<>(new BulkReader(ByteBuffer.wrap(bytes)));
    CaptureSource growing = new CaptureSource(shown::get, "the past", () -> {});
    try (ProcessRef java = growing.process(100).orElseThrow();
        ProcessRef other = growing.process(200).orElseThrow()) {
      kernel.simulated(100).exit(0);
      clock.advance(1_000_000_000);
      kernel.spawn(100, "again");
      shown.set(new BulkReader(ByteBuffer.wrap(bytes(Query.of(ProcessRecord.TYPE)))));
      assertTrue(other.isAlive());
      Record record = Record.allocate(ProcessRecord.TYPE);
      assertTrue(growing.process(100).orElseThrow().read(ProcessRecord.COMM.bit(), record));
      assertEquals("again", record.text(ProcessRecord.COMM));
      assertFalse(java.isAlive());
    }
  }

  /** What the check of a bulk lets through is answered, whatever its records claim. */
  @Test
  @Timeout(120)
  void noMutationOfACaptureCrashes() {
    Random random = new Random(9);
    int shown = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] mutated = bytes.clone();
      for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
        mutated[random.nextInt(mutated.length)] =
            (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
      }
      BulkReader reader;
      try {
        reader = new BulkReader(ByteBuffer.wrap(mutated));
      } catch (BulkFormatException e) {
        assertTrue(e.at() <= mutated.length, e.getMessage());
        continue;
      }
      shown++;
      CaptureSource source = new CaptureSource(() -> reader, "the past", () -> {});
      assertFalse(lines(source, Query.of(TYPES)).isEmpty());
      for (int pid : source.pids()) {
        try (ProcessRef process = source.process(pid).orElseThrow()) {
          process.commandLine();
          process.cgroup();
          process.owner();
          process.tids();
        }
      }
      source.cgroup("/shop").ifPresent(group -> group.children());
    }
    assertTrue(shown > MUTATIONS / 2, "shown: " + shown);
  }
}
