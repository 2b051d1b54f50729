package kifs.kernel.live;

import static kifs.testing.Bulks.mask;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.procfs.process.Capabilities;
import kifs.kernel.procfs.process.ProcessPlan;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The source on this host: binding, field masks, filters, cancellation and leaks. */
class LiveSourceTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  @TempDir static Path directory;

  private KernelSource source;

  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  @BeforeEach
  void open() throws IOException {
    source = openSource();
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void aRefStaysWithItsProcess() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try (ProcessRef ref = source.process((int) child.pid()).orElseThrow();
        ThreadRef thread = ref.thread((int) child.pid()).orElseThrow()) {
      assertTrue(ref.isAlive());
      assertEquals(
          Files.getAttribute(Path.of("/proc/" + child.pid()), "unix:uid"),
          (int) ref.owner().orElseThrow().user());
      assertEquals(
          Files.getAttribute(Path.of("/proc/" + child.pid()), "unix:gid"),
          (int) ref.owner().orElseThrow().group());
      assertArrayEquals(
          "sleep\00060\0".getBytes(StandardCharsets.US_ASCII), ref.commandLine().orElseThrow());
      assertEquals(
          Path.of("/proc/" + child.pid() + "/exe").toRealPath().toString(),
          ref.executable().orElseThrow());
      child.destroyForcibly();
      assertTrue(child.waitFor(10, TimeUnit.SECONDS));

      assertFalse(ref.isAlive());
      for (long fields :
          new long[] {
            -1,
            0,
            ProcessRecord.RSS.bit(),
            ProcessRecord.RUNTIME.bit(),
            ProcessRecord.FD_LIMIT.bit(),
            ProcessRecord.FDS.bit(),
            ProcessRecord.UID.bit()
          }) {
        assertFalse(ref.read(fields, Record.allocate(ProcessRecord.TYPE)), "" + fields);
      }
      assertFalse(thread.read(-1, Record.allocate(ThreadRecord.TYPE)));
      assertFalse(thread.read(0, Record.allocate(ThreadRecord.TYPE)));
      assertEquals(Optional.empty(), ref.owner());
      assertEquals(0, ref.tids().length);
      assertEquals(Optional.empty(), ref.commandLine());
      assertEquals(Optional.empty(), ref.executable());
      assertEquals(Optional.empty(), ref.cgroup());
      assertEquals(Optional.empty(), ref.thread((int) child.pid()));
      assertEquals(
          0, Bulks.collect(source, ref, Query.of(ThreadRecord.TYPE)).count(ThreadRecord.TYPE));
      assertEquals(Optional.empty(), source.process((int) child.pid()));
    }
  }

  @Test
  void aReusedIdIsAnotherProcess() throws Exception {
    Process first = new ProcessBuilder("sleep", "60").start();
    int pid = (int) first.pid();
    try (ProcessRef ref = source.process(pid).orElseThrow()) {
      first.destroyForcibly().waitFor();
      Program second = null;
      try {
        second = Program.run("with-pid", pid);
      } catch (Program.NotReadyException e) {
        assumeTrue(false, "ids can't be chosen here: " + e.getMessage());
      }
      try (Program again = second) {
        assertTrue(again.pid() != pid && Files.exists(Path.of("/proc/" + pid)));
        assertFalse(ref.read(-1, Record.allocate(ProcessRecord.TYPE)));
        assertFalse(ref.read(ProcessRecord.RUNTIME.bit(), Record.allocate(ProcessRecord.TYPE)));
        assertFalse(ref.read(ProcessRecord.FD_LIMIT.bit(), Record.allocate(ProcessRecord.TYPE)));
        assertFalse(ref.isAlive());
        assertEquals(0, ref.tids().length);
        try (ProcessRef other = source.process(pid).orElseThrow()) {
          assertTrue(other.isAlive());
        }
      }
    }
  }

  @Test
  void threadsAreNoProcesses() throws Exception {
    try (Program load = Program.run("procs", 1, 3);
        ProcessRef ref = source.process(Integer.parseInt(load.lines().get(0))).orElseThrow()) {
      int[] tids = ref.tids();
      assertEquals(3, tids.length);
      assertEquals(ref.pid(), tids[0]);
      for (int tid : List.of(tids[1], tids[2])) {
        assertEquals(Optional.empty(), source.process(tid));
        Query query = Query.of(ProcessRecord.TYPE).withPids(Set.of(tid));
        assertEquals(0, Bulks.collect(source, query).count(ProcessRecord.TYPE));
      }
      assertEquals(Optional.empty(), source.process(Syscalls.gettid()), "the caller's own thread");
      assertTrue(source.process(SELF).isPresent());
      assertEquals(Optional.empty(), source.process(0));
      assertEquals(Optional.empty(), source.process(-5));
      assertEquals(Optional.empty(), source.process(Integer.MAX_VALUE));
    }
  }

  @Test
  void aMaskFillsWhatItNamesAndNothingElse() {
    try (ProcessRef self = source.process(SELF).orElseThrow();
        ThreadRef thread = self.thread(SELF).orElseThrow()) {
      long processFields = source.fields(ProcessRecord.TYPE, Detail.FULL);
      for (var field : ProcessRecord.TYPE.fields()) {
        if ((processFields & field.bit()) != 0) {
          Record record = Record.allocate(ProcessRecord.TYPE);
          assertTrue(self.read(field.bit(), record));
          long filled = field.bit() | ProcessRecord.PID.bit();
          assertEquals(ProcessRecord.TYPE.allFields() & ~filled, record.absent(), field.name());
        }
      }
      long threadFields = source.fields(ThreadRecord.TYPE, Detail.NORMAL);
      for (var field : ThreadRecord.TYPE.fields()) {
        if ((threadFields & field.bit()) != 0) {
          Record record = Record.allocate(ThreadRecord.TYPE);
          assertTrue(thread.read(field.bit(), record));
          long filled = field.bit() | mask(ThreadRecord.PID, ThreadRecord.TID);
          assertEquals(ThreadRecord.TYPE.allFields() & ~filled, record.absent(), field.name());
        }
      }
    }
  }

  @Test
  void theCheapestFilesAreChosen() {
    Capabilities all = new Capabilities(true, true, true, "/", -1, -1, -1, -1);
    ProcessPlan rss = new ProcessPlan(ProcessRecord.RSS.bit(), all);
    assertEquals(0, rss.statFields | rss.statusFields | rss.ioFields);
    assertEquals(ProcessRecord.RSS.bit(), rss.statmFields);
    ProcessPlan user = new ProcessPlan(mask(ProcessRecord.RSS, ProcessRecord.UID), all);
    assertEquals(0, user.statmFields | user.statFields);
    ProcessPlan size = new ProcessPlan(mask(ProcessRecord.VSIZE, ProcessRecord.STATE), all);
    assertEquals(0, size.statmFields | size.statusFields);
    ProcessPlan limit = new ProcessPlan(ProcessRecord.FD_LIMIT.bit(), all);
    assertEquals(0, limit.statFields | limit.statusFields | limit.statmFields);
  }

  @Test
  void filtersOnFieldsThatTheQueryDoesNotWant() throws Exception {
    // The name is unique, because other tests may run on this host.
    String name = "kifs-" + SELF;
    try (Program load = Program.runAs(name, directory, "procs", 3, 2)) {
      Set<String> comm = Set.of(name);
      Query query =
          Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE, LimitsRecord.TYPE)
              .withFields(ProcessRecord.TYPE, ProcessRecord.RSS)
              .withFields(ThreadRecord.TYPE, ThreadRecord.START)
              .withComms(comm)
              .withUids(Set.of((int) uid(load.pid())));
      Bulk bulk = Bulks.collect(source, query);
      assertEquals(4, bulk.count(ProcessRecord.TYPE));
      assertEquals(7, bulk.count(ThreadRecord.TYPE));
      assertEquals(4, bulk.count(CommandRecord.TYPE));
      assertEquals(4, bulk.count(LimitsRecord.TYPE));
      bulk.forEach(
          ProcessRecord.TYPE,
          process -> {
            long filled = mask(ProcessRecord.PID, ProcessRecord.RSS);
            assertEquals(ProcessRecord.TYPE.allFields() & ~filled, process.absent());
          });
      bulk.forEach(ThreadRecord.TYPE, thread -> assertFalse(thread.has(ThreadRecord.STATE)));
      assertEquals(0, count(query.withUids(Set.of(54321))));
      assertEquals(0, count(query.withComms(Set.of(name + "0"))));
      assertEquals(0, count(query.withStates(Set.of('Z'))));
      assertEquals(4, count(query.withStates(Set.of('S'))));
      assertEquals(1, count(query.withPids(Set.of(load.pid(), SELF))));
      assertEquals(4, count(query.withCgroup("/")));
      assertEquals(0, count(query.withCgroup("/no/such/cgroup")));

      Query threadsOnly = Query.of(ThreadRecord.TYPE).withComms(comm);
      assertEquals(7, Bulks.collect(source, threadsOnly).count(ThreadRecord.TYPE));
      Bulk none = Bulks.collect(source, threadsOnly.withStates(Set.of('Z')));
      assertEquals(0, none.count(ThreadRecord.TYPE));
      Query sum = Query.of(TotalRecord.TYPE).withComms(comm);
      Record total = Bulks.records(Bulks.collect(source, sum), TotalRecord.TYPE).get(0);
      assertEquals(4, total.get(TotalRecord.ENTITIES));
      assertEquals(7, total.get(TotalRecord.of(ProcessRecord.THREADS)));
    }
  }

  private static long uid(int pid) throws IOException {
    return (Long) PlainProc.process(pid).get("uid");
  }

  private long count(Query query) {
    return Bulks.collect(source, query).count(ProcessRecord.TYPE);
  }

  @Test
  void theTotalOfOneProcessIsOfItsThreads() throws Exception {
    try (Program load = Program.run("procs", 1, 4);
        ProcessRef ref = source.process(Integer.parseInt(load.lines().get(0))).orElseThrow()) {
      Bulk bulk = Bulks.collect(source, ref, Query.of(TotalRecord.TYPE, ThreadRecord.TYPE));
      Record total = Bulks.records(bulk, TotalRecord.TYPE).get(0);
      assertEquals(4, total.get(TotalRecord.ENTITIES));
      assertEquals(4, bulk.count(ThreadRecord.TYPE));
      long switches =
          Bulks.records(bulk, ThreadRecord.TYPE).stream()
              .mapToLong(t -> t.get(ThreadRecord.VOLUNTARY_SWITCHES))
              .sum();
      assertEquals(switches, total.get(TotalRecord.of(ProcessRecord.VOLUNTARY_SWITCHES)));
      assertFalse(total.has(TotalRecord.of(ProcessRecord.RSS)), "threads have no memory");
    }
  }

  @Test
  void aZombieAndAKernelThread() throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            "import os,time\npid=os.fork()\nif pid==0: os._exit(3)\n"
                + "time.sleep(.2)\nprint(pid)\nprint('ready',flush=True)\ntime.sleep(60)");
    try (Program parent = Program.ready(python)) {
      int zombie = Integer.parseInt(parent.lines().get(0));
      try (ProcessRef ref = source.process(zombie).orElseThrow()) {
        Record record = Record.allocate(ProcessRecord.TYPE);
        assertTrue(ref.read(source.fields(ProcessRecord.TYPE, Detail.FULL), record));
        assertEquals('Z', record.get(ProcessRecord.STATE));
        assertEquals(0, record.get(ProcessRecord.RSS));
        assertEquals(0, record.get(ProcessRecord.FDS));
        assertEquals(0, ref.commandLine().orElseThrow().length);
        assertEquals(Optional.empty(), ref.executable());
        assertEquals(0, record.flags());
      }
    }
    try (ProcessRef kthreadd = source.process(2).orElseThrow()) {
      assumeTrue(kthreadd.commandLine().orElseThrow().length == 0);
      Record record = Record.allocate(ProcessRecord.TYPE);
      kthreadd.read(ProcessRecord.RSS.bit(), record);
      assertEquals(0, record.get(ProcessRecord.RSS));
      assertTrue(record.has(ProcessRecord.RSS));
    }
  }

  @Test
  void cancellationEndsAPass() {
    AtomicInteger asked = new AtomicInteger();
    Query query = Query.of(ProcessRecord.TYPE);
    assertThrows(
        Cancellation.CancelledException.class,
        () -> Bulks.collect(source, query, () -> asked.incrementAndGet() > 2));
    // A second thread makes half of a large pass, and checks for cancellation itself.
    assertTrue(asked.get() == 3 || asked.get() == 4, "asked " + asked);
    assertTrue(count(query) > 5, "the next pass works");
  }

  @Test
  void passesSideBySide() throws Exception {
    AtomicInteger wrong = new AtomicInteger();
    Thread[] threads = new Thread[6];
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          new Thread(
              () -> {
                for (int pass = 0; pass < 20; pass++) {
                  try (Bulk bulk =
                      Bulks.collect(source, Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE))) {
                    Record self = Bulks.processes(bulk).get(SELF);
                    wrong.addAndGet("java".equals(self.text(ProcessRecord.COMM)) ? 0 : 1);
                  }
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, wrong.get());
  }

  @Test
  void nothingLeaks() throws Exception {
    Query query =
        Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE, LimitsRecord.TYPE)
            .withDetail(Detail.FULL)
            .withPids(Set.of(SELF));
    Bulks.collect(source, query).release();
    long before = openFiles();
    for (int i = 0; i < 1000; i++) {
      Bulks.collect(source, query.withDetail(Detail.LIGHT)).release();
      try (ProcessRef ref = source.process(SELF).orElseThrow();
          ThreadRef thread = ref.thread(SELF).orElseThrow()) {
        assertTrue(thread.read(ThreadRecord.STATE.bit(), Record.allocate(ThreadRecord.TYPE)));
        ref.tids();
      }
      source.process(Syscalls.gettid());
    }
    for (int i = 0; i < 20; i++) {
      Bulks.collect(source, query).release();
    }
    // The JVM itself opens a file now and then.
    assertEquals(before, openFiles(), 3);
  }

  @Test
  void aClosedRefReadsNothing() {
    ProcessRef ref = source.process(SELF).orElseThrow();
    ref.close();
    ref.close();
    assertFalse(ref.isAlive());
    assertFalse(ref.read(-1, Record.allocate(ProcessRecord.TYPE)));
  }

  @Test
  void aClosedSourceShowsNothing() throws IOException {
    KernelSource other = openSource();
    ProcessRef ref = other.process(SELF).orElseThrow();
    other.close();
    other.close();
    assertEquals(0, other.pids().length);
    assertEquals(Optional.empty(), other.process(SELF));
    assertFalse(ref.isAlive());
    assertEquals(0, Bulks.collect(other, Query.of(ProcessRecord.TYPE)).count(ProcessRecord.TYPE));
    ref.close();
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.count();
    }
  }

  /** Compares the limits with the status, the prlimits and the CPU time of this process. */
  @Test
  void limitsContainWhatIsUsedOfThem() throws Exception {
    try (ProcessRef self = source.process(SELF).orElseThrow();
        BulkBuilder builder =
            new BulkBuilder(new ChunkPool(1 << 20, 0), List.of(LimitsRecord.TYPE))) {
      assertTrue(self.collect(Query.of(LimitsRecord.TYPE), builder, Cancellation.NEVER));
      Map<String, Long> status = new HashMap<>();
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        String[] words = line.split("[:\\s/]+");
        if (words.length > 1 && words[1].matches("\\d+")) {
          status.put(words[0], Long.parseLong(words[1]));
        }
      }
      Record process = Record.allocate(ProcessRecord.TYPE);
      assertTrue(self.read(mask(ProcessRecord.START, ProcessRecord.RUNTIME), process));
      builder.forEach(
          LimitsRecord.TYPE,
          limits -> {
            assertEquals(
                LimitsRecord.TYPE.allFields() & ~source.fields(LimitsRecord.TYPE, Detail.FULL),
                limits.absent());
            assertEquals(process.get(ProcessRecord.START), limits.get(LimitsRecord.START));
            assertEquals(status.get("VmStk") * 1024, limits.get(LimitsRecord.used("stack")));
            assertEquals(status.get("VmLck") * 1024, limits.get(LimitsRecord.used("memlock")));
            assertEquals(status.get("SigQ"), limits.get(LimitsRecord.used("sigpending")));
            near(status.get("VmData") * 1024, limits.get(LimitsRecord.used("data")));
            near(status.get("VmSize") * 1024, limits.get(LimitsRecord.used("as")));
            near(status.get("VmRSS") * 1024, limits.get(LimitsRecord.used("rss")));
            near(process.get(ProcessRecord.RUNTIME), limits.get(LimitsRecord.used("cpu")));
          });
    }
  }

  private static void near(long expected, long value) {
    assertTrue(Math.abs(value - expected) <= expected / 4, value + " is not near " + expected);
  }
}
