package kifs.kernel.live;

import static kifs.testing.Bulks.mask;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Huge pages of processes and of the host, and mappings of shared memory that are private. */
class HugePagesTest {
  private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");
  private static final int NEEDED = 6;
  private static final long PAGE = 2 << 20;

  private static long before;

  @BeforeAll
  static void addPages() throws IOException {
    assumeTrue(Files.isWritable(POOL), "the kernel has no huge pages");
    before = pool();
    Files.writeString(POOL, Long.toString(before + NEEDED));
    boolean got = pool() >= before + NEEDED && meminfo("Hugepagesize") == PAGE;
    if (!got) {
      restore();
    }
    assumeTrue(got, "the kernel has no memory for huge pages");
  }

  @AfterAll
  static void restore() throws IOException {
    if (Files.isWritable(POOL) && pool() != before) {
      Files.writeString(POOL, Long.toString(before));
    }
  }

  private static long pool() throws IOException {
    return Long.parseLong(Files.readString(POOL).strip());
  }

  private static long meminfo(String key) throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/meminfo")).stream()
            .filter(l -> l.startsWith(key + ":"))
            .findFirst()
            .orElseThrow();
    String[] words = line.split("\\s+");
    return Long.parseLong(words[1]) * (words.length > 2 ? 1024 : 1);
  }

  @ParameterizedTest
  @EnumSource
  void aProcessHasAFigureOfItsHugePages(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program program = Program.run("huge-pages");
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      assertTrue(
          process.read(mask(ProcessRecord.RSS_HUGE, ProcessRecord.RSS, ProcessRecord.SHM), record));
      assertEquals(12 << 20, record.get(ProcessRecord.RSS_HUGE));
      assertTrue(record.get(ProcessRecord.RSS) < 12 << 20, "rss doesn't count them");
      assertEquals(4 << 20, record.get(ProcessRecord.SHM), "private mappings are not shared");
      Query query = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, -1);
      try (Bulk bulk = Bulks.collect(source, query)) {
        Record other = Bulks.processes(bulk).get(program.pid());
        assertEquals(12 << 20, other.get(ProcessRecord.RSS_HUGE));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatCanBeSharedIsSharedMemory(AnySource which) throws Exception {
    Query shm = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
    try (KernelSource source = which.open();
        Program program = Program.run("huge-pages")) {
      Map<String, Long> mapped = new HashMap<>();
      Set<String> names = new HashSet<>();
      try (Bulk bulk = Bulks.collect(source, shm)) {
        Map<Long, String> objects = new HashMap<>();
        bulk.forEach(
            ShmRecord.TYPE, object -> objects.put(object.get(ShmRecord.ID), name(bulk, object)));
        names.addAll(objects.values());
        bulk.forEach(
            ShmUserRecord.TYPE,
            user -> {
              if (user.get(ShmUserRecord.PID) == program.pid()) {
                mapped.put(objects.get(user.get(ShmUserRecord.ID)), user.get(ShmUserRecord.MAPPED));
              }
            });
      }
      // A private mapping is no use of the object, but the open file is.
      assertEquals(Map.of("kifs-huge", 4L << 20, "kifs-private", 0L), mapped);
      assertTrue(names.contains("kifs-private"), "it is open, so others can map it");
      assertTrue(names.stream().noneMatch(name -> name.contains("anon_hugepage")), "" + names);
    }
  }

  private static String name(Bulk bulk, Record shm) {
    return new String(
        bulk.text(shm.get(ShmRecord.NAME_OFFSET), (int) shm.get(ShmRecord.NAME_LENGTH)),
        java.nio.charset.StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource
  void theHostHasAPoolOfHugePages(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program program = Program.run("huge-pages")) {
      Record system = Record.allocate(SystemRecord.TYPE);
      long fields = mask(SystemRecord.MEMORY_HUGE, SystemRecord.MEMORY_HUGE_FREE);
      source.readSystem(fields, system);
      long total = meminfo("HugePages_Total") * PAGE;
      long free = meminfo("HugePages_Free") * PAGE;
      assertEquals(total, system.get(SystemRecord.MEMORY_HUGE));
      assertEquals(free, system.get(SystemRecord.MEMORY_HUGE_FREE));
      assertTrue(total - free >= 12 << 20, program.pid() + " uses six pages");
    }
  }
}
