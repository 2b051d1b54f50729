package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The procfs source and {@link PlainProc}, a second reader, agree about this host's processes and
 * threads, field by field.
 */
class LiveOracleTest {
  private static final int PROCESSES = 200;
  private static final int THREADS = 10;

  /** Fields that {@link PlainProc} doesn't read. Other tests compare them. */
  private static final Set<String> NOT_COMPARED =
      Set.of(
          "runtime_ns",
          "shm_bytes",
          "cgroup_id",
          "last_ran_ns",
          "syscall",
          "syscall_arg0",
          "wait_kind",
          "wait_object",
          "wait_owner_tid",
          "wait_channel",
          "capabilities",
          "viewer_uid",
          "viewer_gid");

  @TempDir static Path directory;

  private ProcfsSource source;

  @BeforeEach
  void open() throws IOException {
    source = ProcfsSource.open(Path.of("/proc"));
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void everyFieldOfEveryQuietProcessAndThread() throws Exception {
    try (Program load = Program.run("procs", 10, 3)) {
      Query query = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE).withDetail(Detail.FULL);
      Map<Integer, Map<String, Object>> processes = new TreeMap<>();
      Map<Integer, Map<String, Object>> threads = new TreeMap<>();
      try (Bulk bulk = Bulks.collect(source, query)) {
        readPlainly(bulk, processes, threads);
        try (Bulk again = Bulks.collect(source, query)) {
          int same = compare(Bulks.processes(bulk), processes, Bulks.processes(again));
          int sameThreads = compare(Bulks.threads(bulk), threads, Bulks.threads(again));
          assertTrue(same >= 11, "quiet processes: " + same);
          assertTrue(sameThreads >= 31, "quiet threads: " + sameThreads);
        }
      }
      for (String line : load.lines()) {
        assertTrue(processes.containsKey(Integer.parseInt(line)));
      }
    }
  }

  private static void readPlainly(
      Bulk bulk,
      Map<Integer, Map<String, Object>> processes,
      Map<Integer, Map<String, Object>> threads) {
    bulk.forEach(
        ProcessRecord.TYPE,
        process -> {
          int pid = (int) process.get(ProcessRecord.PID);
          try {
            processes.put(pid, PlainProc.process(pid));
          } catch (IOException e) {
            // The process has vanished. The others are compared nevertheless.
          }
        });
    bulk.forEach(
        ThreadRecord.TYPE,
        thread -> {
          int tid = (int) thread.get(ThreadRecord.TID);
          try {
            threads.put(tid, PlainProc.thread((int) thread.get(ThreadRecord.PID), tid));
          } catch (IOException e) {
            // The thread has vanished.
          }
        });
  }

  /**
   * Compares the entities whose records are equal in both passes. The values that {@link PlainProc}
   * read in between must be equal too.
   *
   * @return how many were compared
   */
  private static int compare(
      Map<Integer, Record> first,
      Map<Integer, Map<String, Object>> plain,
      Map<Integer, Record> second) {
    int compared = 0;
    for (Map.Entry<Integer, Map<String, Object>> entry : plain.entrySet()) {
      Map<String, Object> values = PlainProc.values(first.get(entry.getKey()));
      Record later = second.get(entry.getKey());
      Map<String, Object> after = later == null ? new TreeMap<>() : PlainProc.values(later);
      // sched_clock may have been measured again between the two passes.
      values.remove("last_ran_ns");
      after.remove("last_ran_ns");
      if (!values.equals(after)) {
        continue;
      }
      compared++;
      for (Map.Entry<String, Object> value : values.entrySet()) {
        // The size of the directory fd/ counts an fd that a blocked open(2) has reserved, but the
        // directory doesn't list it.
        boolean mayDiffer = value.getKey().equals("fds") && !"procs".equals(values.get("comm"));
        if (!NOT_COMPARED.contains(value.getKey()) && !mayDiffer) {
          assertEquals(
              entry.getValue().get(value.getKey()),
              value.getValue(),
              value.getKey() + " of " + entry.getKey() + " " + values.get("comm"));
        }
      }
      assertTrue(values.size() >= 20, "filled: " + values.keySet());
    }
    return compared;
  }

  @Test
  void whatPsSays() throws Exception {
    try (Program load = Program.run("procs", 5, 2)) {
      Process ps =
          new ProcessBuilder(
                  "ps",
                  "-o",
                  "pid=,ppid=,uid=,nlwp=,stat=,rss=,vsz=,ni=,comm=",
                  "-p",
                  String.join(",", load.lines()))
              .start();
      List<String> lines = ps.inputReader().lines().toList();
      assertEquals(5, lines.size());
      Map<Integer, Record> processes =
          Bulks.processes(Bulks.collect(source, Query.of(ProcessRecord.TYPE)));
      for (String line : lines) {
        String[] words = line.strip().split("\\s+");
        Record process = processes.get(Integer.parseInt(words[0]));
        assertEquals(load.pid(), process.get(ProcessRecord.PPID));
        assertEquals(words[1], Long.toString(process.get(ProcessRecord.PPID)));
        assertEquals(words[2], Long.toString(process.get(ProcessRecord.UID)));
        assertEquals(words[3], Long.toString(process.get(ProcessRecord.THREADS)));
        assertEquals(words[4].charAt(0), (char) process.get(ProcessRecord.STATE));
        assertEquals(words[6], Long.toString(process.get(ProcessRecord.VSIZE) / 1024));
        assertEquals(words[7], Long.toString(process.get(ProcessRecord.NICE)));
        assertEquals(words[8], process.text(ProcessRecord.COMM));
      }
    }
  }

  @Test
  void manyProcessesOfManyThreads() throws Exception {
    try (Program load = Program.run("procs", PROCESSES, THREADS)) {
      Set<Integer> pids =
          load.lines().stream()
              .map(Integer::valueOf)
              .collect(Collectors.toCollection(TreeSet::new));
      try (Bulk bulk =
          Bulks.collect(
              source, Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, TotalRecord.TYPE))) {
        Map<Integer, Integer> threads = new HashMap<>();
        long[] last = new long[2];
        bulk.forEach(
            ThreadRecord.TYPE,
            thread -> {
              long pid = thread.get(ThreadRecord.PID);
              long tid = thread.get(ThreadRecord.TID);
              assertTrue(pid > last[0] || pid == last[0] && tid > last[1], "in order");
              last[0] = pid;
              last[1] = tid;
              threads.merge((int) pid, 1, Integer::sum);
            });
        Map<Integer, Record> processes = Bulks.processes(bulk);
        for (int pid : pids) {
          assertEquals(THREADS, threads.get(pid));
          assertEquals(THREADS, processes.get(pid).get(ProcessRecord.THREADS));
          assertEquals(0, processes.get(pid).flags());
        }
        Record total = Bulks.records(bulk, TotalRecord.TYPE).get(0);
        assertEquals(processes.size(), total.get(TotalRecord.ENTITIES));
        long sum = processes.values().stream().mapToLong(p -> p.get(ProcessRecord.RSS)).sum();
        assertEquals(sum, total.get(TotalRecord.of(ProcessRecord.RSS)));
        assertTrue(IntStream.of(source.pids()).boxed().toList().containsAll(pids));
      }
    }
  }

  @Test
  void theHost() throws IOException {
    Bulk bulk = Bulks.collect(source, Query.of(SystemRecord.TYPE, CpuRecord.TYPE));
    Record system = Bulks.records(bulk, SystemRecord.TYPE).get(0);
    assertEquals(0, system.absent() & source.fields(SystemRecord.TYPE, Detail.NORMAL));
    assertEquals(Runtime.getRuntime().availableProcessors(), bulk.count(CpuRecord.TYPE));
    long sum =
        Bulks.records(bulk, CpuRecord.TYPE).stream()
            .mapToLong(cpu -> cpu.get(CpuRecord.TIMES.get(0)))
            .sum();
    // The kernel rounds each value to ticks.
    assertEquals(sum, system.get(SystemRecord.TIMES.get(0)), 5e7);
    long boot = source.clock().realtimeNs() - source.clock().boottimeNs();
    assertEquals(boot, system.get(SystemRecord.BOOT), 2e9);
    Record few = Record.allocate(SystemRecord.TYPE);
    source.readSystem(SystemRecord.LOAD1.bit(), few);
    assertEquals(SystemRecord.TYPE.allFields() & ~SystemRecord.LOAD1.bit(), few.absent());
  }
}
