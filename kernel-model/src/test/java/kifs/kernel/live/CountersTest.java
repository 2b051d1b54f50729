package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Counters never fall: several readers read a busy process, the threads of this test and the host,
 * in bulk and one by one, at once. What one of them gets is never less than what any of them had
 * got when it began to read.
 */
class CountersTest {
  private static final int READERS = 3;
  private static final int READS = 150;

  /** A pass by walks keeps no memory of threads, see docs/support.md. */
  private static final Set<Field> NO_COUNTERS_BY_WALK =
      Set.of(ThreadRecord.UTIME, ThreadRecord.STIME);

  private final Map<String, Long> largest = new ConcurrentHashMap<>();
  private final Map<String, Integer> falls = new TreeMap<>();
  private long compared;

  @ParameterizedTest
  @EnumSource
  void neverFall(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program busy = Program.run("busy")) {
      ExecutorService readers = Executors.newFixedThreadPool(READERS);
      try {
        List<Future<Void>> all = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
          all.add(readers.submit(reader(which, source, busy.pid())));
        }
        for (Future<Void> one : all) {
          one.get();
        }
      } finally {
        readers.shutdownNow();
      }
      busy.endInput();
    }
    assertEquals(Map.of(), falls);
    assertTrue(compared > 10_000, "compared: " + compared);
  }

  /** See docs/support.md. */
  private static final Set<Field> OF_THE_MAIN_THREAD =
      Set.of(
          ProcessRecord.RUN_DELAY,
          ProcessRecord.VOLUNTARY_SWITCHES,
          ProcessRecord.INVOLUNTARY_SWITCHES);

  /** Another thread than the main one executes a program, and takes over the process's id. */
  @ParameterizedTest
  @EnumSource
  void anExecOfAnotherThreadKeepsThoseOfTheProcess(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program program = Program.run("thread-exec")) {
      Query query =
          Query.of(ProcessRecord.TYPE).withPids(Set.of(program.pid())).withDetail(Detail.FULL);
      Record before = read(source, query);
      program.send("");
      assertEquals("executed", program.line());
      Record after = read(source, query);
      assertEquals(before.get(ProcessRecord.START), after.get(ProcessRecord.START));
      long switches = before.get(ProcessRecord.VOLUNTARY_SWITCHES);
      assertTrue(switches >= 300 && after.get(ProcessRecord.VOLUNTARY_SWITCHES) < switches);
      for (Field field : ProcessRecord.TYPE.fields()) {
        if (field.isCounter() && before.has(field) && !OF_THE_MAIN_THREAD.contains(field)) {
          assertTrue(after.get(field) >= before.get(field), field::toString);
          compared++;
        }
      }
      assertTrue(compared >= 10, "compared: " + compared);
    }
  }

  /** User and system time come from sums over threads, which a pass may have made or not. */
  @ParameterizedTest
  @EnumSource
  void areNotChangedByPassesForOtherFields(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program program =
            Program.start(Run.bash("for ((i = 0; i < 100000; i++)); do :; done; echo; read"))) {
      assertEquals("", program.line());
      for (Field only : ProcessRecord.TYPE.fields()) {
        Bulks.collect(source, Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, only))
            .close();
      }
      Query query =
          Query.of(ProcessRecord.TYPE).withPids(Set.of(program.pid())).withDetail(Detail.FULL);
      Record record = read(source, query);
      long split = record.get(ProcessRecord.UTIME) + record.get(ProcessRecord.STIME);
      assertEquals(record.get(ProcessRecord.RUNTIME) / 1e9, split / 1e9, 0.03);
    }
  }

  private static Record read(KernelSource source, Query query) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return Bulks.records(bulk, ProcessRecord.TYPE).get(0);
    }
  }

  private Callable<Void> reader(AnySource which, KernelSource source, int pid) {
    Set<Integer> pids = Set.of(pid, (int) ProcessHandle.current().pid());
    Query query =
        Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, SystemRecord.TYPE, CpuRecord.TYPE)
            .withPids(pids);
    return () -> {
      try (ProcessRef process = source.process(pid).orElseThrow();
          ThreadRef thread = process.thread(process.tids()[1]).orElseThrow()) {
        for (int i = 0; i < READS; i++) {
          Map<String, Long> before = Map.copyOf(largest);
          try (Bulk bulk = Bulks.collect(source, query)) {
            for (RecordType type :
                List.of(ProcessRecord.TYPE, ThreadRecord.TYPE, SystemRecord.TYPE, CpuRecord.TYPE)) {
              bulk.forEach(type, record -> compare(which, record, before));
            }
          }
          Record record = Record.allocate(ProcessRecord.TYPE);
          Map<String, Long> beforeOne = Map.copyOf(largest);
          assertTrue(process.read(source.fields(ProcessRecord.TYPE, query.detail()), record));
          compare(which, record, beforeOne);
          Record ofThread = Record.allocate(ThreadRecord.TYPE);
          Map<String, Long> beforeThread = Map.copyOf(largest);
          assertTrue(thread.read(source.fields(ThreadRecord.TYPE, query.detail()), ofThread));
          compare(which, ofThread, beforeThread);
        }
      }
      return null;
    };
  }

  private void compare(AnySource which, Record record, Map<String, Long> before) {
    if ((record.flags() & Record.INCOMPLETE) != 0) {
      return;
    }
    for (Field field : record.type().fields()) {
      boolean isCounter =
          field.isCounter() && !(which == AnySource.WALK && NO_COUNTERS_BY_WALK.contains(field));
      if (isCounter && record.has(field)) {
        String key = entity(record) + " " + field;
        long value = record.get(field);
        Long known = before.get(key);
        largest.merge(key, value, Math::max);
        count(record.type() + " " + field, known != null && value < known);
      }
    }
  }

  private synchronized void count(String what, boolean fell) {
    compared++;
    if (fell) {
      falls.merge(what, 1, Integer::sum);
    }
  }

  /** The type, the id and the start of an entity. */
  private static String entity(Record record) {
    Field start = record.type().field("start_ns");
    return record.type()
        + " "
        + record.get(record.type().fields().get(0))
        + " "
        + (start == null ? 0 : record.get(start));
  }
}
