package kifs.kernel.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.SourceKind;
import kifs.kernel.source.UnreadableProcess;
import kifs.testing.Bulks;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Passes over a simulated kernel do what KernelSource promises. */
class SimulatedPassTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Query PROCESSES = Query.of(ProcessRecord.TYPE);
  private static final Query THREADS = Query.of(ThreadRecord.TYPE);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);
  private final ChunkPool pool = new ChunkPool(1L << 29, 0);

  private List<Long> column(Query query, RecordType type, Field field) {
    List<Long> values = new ArrayList<>();
    try (Bulk bulk = Bulks.collect(kernel, query)) {
      bulk.forEach(type, record -> values.add(record.get(field)));
    }
    return values;
  }

  private List<Long> pids(Query query) {
    return column(query, ProcessRecord.TYPE, ProcessRecord.PID);
  }

  private List<Long> tids(Query query) {
    return column(query, ThreadRecord.TYPE, ThreadRecord.TID);
  }

  @Test
  void recordsOfAnUnreadableProcessLackWhatIsInItsMemory() throws Exception {
    SimulatedKernel scripted =
        SimulationScript.parse(
                """
                0s spawn 10 comm=a cmdline="a b" exe=/a
                0s spawn 20 comm=b cmdline="b c" unreadable=yes exe=/b
                9s set 20 unreadable=no
                """)
            .start(clock);
    Query all = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    try (Bulk bulk = Bulks.collect(scripted, all)) {
      for (Record command : Bulks.records(bulk, CommandRecord.TYPE)) {
        boolean readable = command.get(CommandRecord.PID) == 10;
        assertEquals(readable, command.has(CommandRecord.COMMAND_LINE_LENGTH));
        assertEquals(readable ? 0 : Record.INCOMPLETE, command.flags());
        assertEquals(2, command.get(CommandRecord.EXECUTABLE_LENGTH));
      }
      assertEquals(2, Bulks.records(bulk, ThreadRecord.TYPE).size());
    }
    assertEquals(
        List.of(new UnreadableProcess(20, "b", clock.boottimeNs())), scripted.unreadable());
    clock.advance(10 * SECOND);
    assertEquals(List.of(), scripted.unreadable());
    scripted.close();
  }

  @Test
  void filtersAdmitProcessesWithAllTheirThreads() {
    kernel.spawn(10, "a").uid(1000).threads(2).cgroup("/x").cpu(1);
    kernel.spawn(20, "b").uid(-1).cgroup("/x/y");
    kernel.spawn(30, "a").state('D').cgroup("/xy");
    kernel.crowd(2, 40, 2, "c").uid(1000);
    assertEquals(List.of(10L, 20L, 30L, 40L, 42L), pids(PROCESSES));
    assertEquals(List.of(10L, 11L, 20L, 30L, 40L, 41L, 42L, 43L), tids(THREADS));
    assertEquals(List.of(20L, 42L), pids(PROCESSES.withPids(Set.of(42, 20, 77, 41))));
    assertEquals(List.of(10L, 40L, 42L), pids(PROCESSES.withUids(Set.of(1000))));
    assertEquals(List.of(20L), pids(PROCESSES.withUids(Set.of(-1))));
    assertEquals(List.of(10L, 30L), pids(PROCESSES.withComms(Set.of("a"))));
    assertEquals(List.of(10L, 11L, 30L), tids(THREADS.withComms(Set.of("a"))));
    assertEquals(List.of(10L, 20L), pids(PROCESSES.withCgroup("/x")));
    assertEquals(5, pids(PROCESSES.withCgroup("/")).size());
    assertEquals(List.of(30L), pids(PROCESSES.withStates(Set.of('D', 'Z'))));
    assertEquals(List.of(10L), tids(THREADS.withStates(Set.of('R'))));
    assertEquals(List.of(10L), pids(PROCESSES.withUids(Set.of(1000)).withComms(Set.of("a"))));
  }

  @Test
  void onlyWantedFieldsAreFilled() {
    kernel.spawn(10, "a").rss(4096);
    Query query = PROCESSES.withFields(ProcessRecord.TYPE, ProcessRecord.PID, ProcessRecord.RSS);
    try (Bulk bulk = Bulks.collect(kernel, query)) {
      bulk.forEach(
          ProcessRecord.TYPE,
          record -> {
            long present = ProcessRecord.PID.bit() | ProcessRecord.RSS.bit();
            assertEquals(ProcessRecord.TYPE.allFields() & ~present, record.absent());
            assertEquals(10, record.get(ProcessRecord.PID));
            assertEquals(4096, record.get(ProcessRecord.RSS));
            assertEquals(0, record.get(ProcessRecord.START));
          });
    }
  }

  @Test
  void eachDetailFillsTheFieldsThatItPromises() {
    kernel.spawn(10, "a");
    for (Detail detail : Detail.values()) {
      try (Bulk bulk =
          Bulks.collect(
              kernel, Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE).withDetail(detail))) {
        for (RecordType type : List.of(ProcessRecord.TYPE, ThreadRecord.TYPE)) {
          bulk.forEach(
              type,
              record ->
                  assertEquals(
                      type.allFields() & ~kernel.fields(type, detail), record.absent(), "" + type));
        }
      }
    }
    assertEquals(ProcessRecord.TYPE.allFields(), kernel.fields(ProcessRecord.TYPE, Detail.FULL));
  }

  @Test
  void theOtherRecordsAreAppendedIfTheQueryWantsThem() throws Exception {
    kernel.system().cpus(3);
    kernel
        .spawn(10, "a")
        .commandLine("a  --b c")
        .executable("/bin/a")
        .limit("nofile", 7, 9)
        .cpu(60, 15);
    clock.advance(SECOND);
    Query query =
        Query.of(
            SystemRecord.TYPE,
            CpuRecord.TYPE,
            CommandRecord.TYPE,
            LimitsRecord.TYPE,
            TotalRecord.TYPE);
    BulkReader reader;
    try (Bulk bulk = Bulks.collect(kernel, query)) {
      reader = new BulkReader(ByteBuffer.wrap(Bulks.bytes(bulk)));
    }
    assertEquals(1, reader.count(SystemRecord.TYPE));
    assertEquals(3, reader.count(CpuRecord.TYPE));
    AtomicInteger next = new AtomicInteger();
    reader.forEach(
        CpuRecord.TYPE,
        cpu -> {
          assertEquals(next.getAndIncrement(), cpu.get(CpuRecord.CPU));
          assertEquals(200_000_000, cpu.get(CpuRecord.TIMES.get(0)));
          assertEquals(50_000_000, cpu.get(CpuRecord.TIMES.get(2)));
        });
    reader.forEach(
        CommandRecord.TYPE,
        command -> {
          assertEquals(3, command.get(CommandRecord.ARGUMENTS));
          assertEquals(
              "a\0--b\0c\0",
              new String(
                  reader.text(
                      command,
                      CommandRecord.COMMAND_LINE_OFFSET,
                      CommandRecord.COMMAND_LINE_LENGTH),
                  StandardCharsets.UTF_8));
          assertEquals(
              "/bin/a",
              new String(
                  reader.text(
                      command, CommandRecord.EXECUTABLE_OFFSET, CommandRecord.EXECUTABLE_LENGTH),
                  StandardCharsets.UTF_8));
        });
    LimitsRecord.Limit nofile = LimitsRecord.LIMITS.get(7);
    assertEquals("nofile", nofile.name());
    reader.forEach(
        LimitsRecord.TYPE,
        limits -> {
          assertEquals(7, limits.get(nofile.soft()));
          assertEquals(9, limits.get(nofile.hard()));
          assertEquals(-1, limits.get(LimitsRecord.LIMITS.get(0).soft()));
        });
    assertEquals(SourceKind.SIMULATED, kernel.kind());
  }

  @Test
  void totalsSumTheProcessesAdmittedOrTheThreadsOfOne() {
    SimulatedProcess p = kernel.spawn(10, "a").uid(5).fds(3).rss(4096).cpu(10).io(1, 2);
    p.spawnThread("w").cpu(20);
    kernel.crowd(3, 20, 2, "c").uid(5).fds(2);
    kernel.spawn(50, "other").fds(1000);
    clock.advance(SECOND);
    Query totals = Query.of(TotalRecord.TYPE).withUids(Set.of(5));
    try (Bulk bulk = Bulks.collect(kernel, totals)) {
      assertEquals(1, bulk.count(TotalRecord.TYPE));
      bulk.forEach(
          TotalRecord.TYPE,
          total -> {
            assertEquals(4, total.get(TotalRecord.ENTITIES));
            assertEquals(9, total.get(TotalRecord.of(ProcessRecord.FDS)));
            assertEquals(4096, total.get(TotalRecord.of(ProcessRecord.RSS)));
            assertEquals(8, total.get(TotalRecord.of(ProcessRecord.THREADS)));
            assertEquals(300_000_000, total.get(TotalRecord.of(ProcessRecord.RUNTIME)));
            long ofShm =
                TotalRecord.SHM_SIZE.bit()
                    | TotalRecord.SHM_RESIDENT.bit()
                    | TotalRecord.SHM_USERS.bit();
            long ofCgroups =
                Field.mask(
                    TotalRecord.CGROUP_CPU,
                    TotalRecord.CGROUP_MEMORY,
                    TotalRecord.CGROUP_SWAP,
                    TotalRecord.CGROUP_PIDS,
                    TotalRecord.CGROUP_READ,
                    TotalRecord.CGROUP_WRITE);
            assertEquals(ofShm | ofCgroups, total.absent());
          });
    }
    try (ProcessRef ref = kernel.process(10).orElseThrow();
        BulkBuilder builder = new BulkBuilder(pool, List.of(TotalRecord.TYPE))) {
      assertTrue(ref.collect(totals, builder, Cancellation.NEVER));
      try (Bulk ofThreads = builder.finish(new Origin(4, 1, 0, 0, kernel.host()), 0)) {
        ofThreads.forEach(
            TotalRecord.TYPE,
            total -> {
              assertEquals(2, total.get(TotalRecord.ENTITIES));
              assertEquals(300_000_000, total.get(TotalRecord.of(ProcessRecord.UTIME)));
              assertFalse(total.has(TotalRecord.of(ProcessRecord.RSS)));
            });
      }
    }
  }

  @Test
  void passesAndReadsAreCounted() {
    SimulatedProcess p = kernel.spawn(10, "a");
    clock.advance(SECOND);
    p.cpu(5);
    assertEquals(0, kernel.passes());
    assertEquals(0, kernel.reads());
    pids(PROCESSES);
    assertEquals(1, kernel.passes());
    assertEquals(0, kernel.reads());
    ProcessRef ref = kernel.process(10).orElseThrow();
    assertEquals(0, kernel.reads());
    ref.read(0, Record.allocate(ProcessRecord.TYPE));
    kernel.readSystem(0, Record.allocate(SystemRecord.TYPE));
    assertEquals(2, kernel.reads());
  }

  @Test
  void aCancelledPassEndsBetweenTwoProcesses() {
    kernel.crowd(1000, 100, 1, "c");
    AtomicInteger asked = new AtomicInteger();
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      assertThrows(
          Cancellation.CancelledException.class,
          () -> kernel.collect(PROCESSES, builder, () -> asked.incrementAndGet() > 5));
      assertEquals(5, builder.count(ProcessRecord.TYPE));
    }
    assertEquals(0, pool.lentBytes());
  }

  @Test
  void aMillionThreadsFit() throws Exception {
    SimulatedKernel million = SimulationScript.load(Project.MILLION, clock);
    clock.advance(SECOND);
    try (BulkBuilder builder =
        new BulkBuilder(pool, List.of(ProcessRecord.TYPE, ThreadRecord.TYPE))) {
      million.collect(Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE), builder, Cancellation.NEVER);
      assertEquals(250_002, builder.count(ProcessRecord.TYPE));
      assertEquals(1_000_002, builder.count(ThreadRecord.TYPE));
      try (Bulk bulk = builder.finish(new Origin(4, 1, 0, 0, million.host()), 0)) {
        long[] last = {0, 0};
        bulk.forEach(
            ThreadRecord.TYPE,
            thread -> {
              long pid = thread.get(ThreadRecord.PID);
              long tid = thread.get(ThreadRecord.TID);
              assertTrue(pid > last[0] || pid == last[0] && tid > last[1]);
              last[0] = pid;
              last[1] = tid;
            });
      }
    }
    assertEquals(0, pool.lentBytes());
    assertEquals(250_002, new TreeSet<>(Arrays.stream(million.pids()).boxed().toList()).size());
  }

  @Test
  @Timeout(60)
  void manyThreadsReadAndChangeAtTheSameTime() throws Exception {
    AtomicInteger forks = new AtomicInteger();
    AtomicInteger exits = new AtomicInteger();
    kernel
        .events()
        .onProcesses(event -> (event.kind() == Kind.FORK ? forks : exits).incrementAndGet())
        .orElseThrow();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 200; n++) {
                  SimulatedProcess p = kernel.spawn("p").threads(3).cpu(n);
                  clock.advance(1);
                  pids(PROCESSES).forEach(pid -> kernel.process(pid.intValue()));
                  p.exit(0);
                }
              }));
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get();
    assertEquals(0, kernel.pids().length);
    assertEquals(800, forks.get());
    assertEquals(800, exits.get());
    assertEquals(800, kernel.passes());
  }
}
