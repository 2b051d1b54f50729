package kifs.kernel.procfs;

import static kifs.testing.Bulks.mask;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.testing.Bulks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the procfs source on trees of files, which were captured from other kernels. */
class FixtureTreesTest {
  private static final Query EVERYTHING =
      Query.of(
              SystemRecord.TYPE,
              CpuRecord.TYPE,
              ProcessRecord.TYPE,
              ThreadRecord.TYPE,
              CommandRecord.TYPE,
              LimitsRecord.TYPE,
              TotalRecord.TYPE)
          .withDetail(Detail.FULL);

  @TempDir Path root;

  @Test
  void anOldKernel() throws IOException {
    try (ProcfsSource source = open("linux-5.10.txt")) {
      assertEquals("old", source.host().name());
      assertEquals(1, source.host().cpus());
      assertTrue(source.warnings().stream().anyMatch(w -> w.contains("schedstat")));
      assertTrue(source.warnings().stream().anyMatch(w -> w.contains("pressure")));
      assertEquals(
          0,
          source.fields(ProcessRecord.TYPE, Detail.FULL)
              & mask(ProcessRecord.RUN_DELAY, ProcessRecord.RUNTIME, ProcessRecord.CGROUP_ID));
      Bulk bulk = Bulks.collect(source, EVERYTHING);
      Map<Integer, Record> processes = Bulks.processes(bulk);
      assertEquals(Set.of(1, 100, 200), processes.keySet());

      Record init = processes.get(1);
      assertEquals(400 * 1024, init.get(ProcessRecord.RSS));
      assertEquals(8 * 1024, init.get(ProcessRecord.SWAP));
      assertEquals(3, init.get(ProcessRecord.FDS));
      assertEquals(1024, init.get(ProcessRecord.FD_LIMIT));
      assertEquals(-17, init.get(ProcessRecord.OOM_SCORE_ADJ));
      assertEquals(22, init.get(ProcessRecord.INVOLUNTARY_SWITCHES));
      assertFalse(init.has(ProcessRecord.RUNTIME));
      assertFalse(init.has(ProcessRecord.RUN_DELAY));
      assertEquals(0, init.flags());

      Record two = processes.get(100);
      assertEquals(1001, two.get(ProcessRecord.EUID));
      assertFalse(two.has(ProcessRecord.RSS), "its status has no VmRSS");
      Record cut = processes.get(200);
      assertEquals("cut short", cut.text(ProcessRecord.COMM));
      assertFalse(cut.has(ProcessRecord.SID));

      List<Record> threads = Bulks.records(bulk, ThreadRecord.TYPE);
      assertArrayEquals(
          new long[] {1, 100, 101},
          threads.stream().mapToLong(t -> t.get(ThreadRecord.TID)).toArray());
      Record helper = threads.get(2);
      assertEquals("helper", helper.text(ThreadRecord.COMM));
      assertEquals('D', helper.get(ThreadRecord.STATE));
      assertEquals(3, helper.get(ThreadRecord.PROCESSOR));
      assertFalse(helper.has(ThreadRecord.RUNTIME));
      assertFalse(helper.has(ThreadRecord.SYSCALL));

      Record system = Bulks.records(bulk, SystemRecord.TYPE).get(0);
      // The tree has a directory for a thread, which counts as a process. A real /proc lists none.
      assertEquals(4, system.get(SystemRecord.PROCESSES));
      assertEquals(85, system.get(SystemRecord.THREADS));
      assertEquals(500, system.get(SystemRecord.FILES_OPEN));
      assertFalse(system.has(SystemRecord.CPU_SOME.total()));
      assertEquals(1, bulk.count(CpuRecord.TYPE));
      Record total = Bulks.records(bulk, TotalRecord.TYPE).get(0);
      assertEquals(3, total.get(TotalRecord.ENTITIES));
      assertEquals(3, total.get(TotalRecord.of(ProcessRecord.THREADS)));
      assertFalse(total.has(TotalRecord.of(ProcessRecord.RCHAR)), "no io on that kernel");
      Record limits = Bulks.records(bulk, LimitsRecord.TYPE).get(0);
      assertEquals(8388608, limits.get(LimitsRecord.LIMITS.get(3).soft()));
    }
  }

  @Test
  void refOfAProcessInATree() throws IOException {
    try (ProcfsSource source = open("linux-5.10.txt");
        ProcessRef init = source.process(1).orElseThrow()) {
      assertTrue(init.isAlive());
      assertEquals("/nowhere/init", init.executable().orElseThrow());
      assertEquals("/init.scope", init.cgroup().orElseThrow());
      assertArrayEquals(
          "/sbin/init\0--flag\0".getBytes(StandardCharsets.US_ASCII),
          init.commandLine().orElseThrow());
      assertArrayEquals(new int[] {1}, init.tids());
      assertEquals(Optional.empty(), source.process(101), "a thread is no process");
      assertEquals(Optional.empty(), init.thread(101));
      assertTrue(source.events().onProcesses(e -> {}).isEmpty());
      assertTrue(source.events().onExit(init, e -> {}).isEmpty());
    }
  }

  @Test
  void aProcessVanishesFromATree() throws IOException {
    try (ProcfsSource source = open("linux-5.10.txt");
        ProcessRef init = source.process(1).orElseThrow();
        ThreadRef thread = init.thread(1).orElseThrow()) {
      Files.delete(root.resolve("1/stat"));
      Files.delete(root.resolve("1/task/1/stat"));
      assertFalse(init.isAlive());
      assertEquals(Optional.empty(), init.owner());
      assertFalse(init.read(-1, Record.allocate(ProcessRecord.TYPE)));
      assertFalse(thread.read(-1, Record.allocate(ThreadRecord.TYPE)));
      Bulk bulk = Bulks.collect(source, EVERYTHING);
      assertEquals(Set.of(100, 200), Bulks.processes(bulk).keySet());
      assertEquals(2, bulk.count(LimitsRecord.TYPE));
      assertEquals(2, bulk.count(CommandRecord.TYPE));
    }
  }

  @Test
  void anUnreadableFileLeavesOnlyItsOwnFieldsAbsent() throws IOException {
    ProcArchive.unpack("linux-5.10.txt", root);
    Files.delete(root.resolve("1/status"));
    Files.createDirectory(root.resolve("1/status"));
    try (ProcfsSource source = ProcfsSource.open(root)) {
      Record init = Bulks.processes(Bulks.collect(source, EVERYTHING)).get(1);
      assertEquals("init", init.text(ProcessRecord.COMM));
      assertFalse(init.has(ProcessRecord.UID));
      assertTrue(init.has(ProcessRecord.OOM_SCORE));
    }
  }

  @Test
  void yamaScope3HidesSystemCallsAndWaits() throws IOException {
    Path process = Files.createDirectories(root.resolve("100"));
    Files.writeString(process.resolve("syscall"), "-1 0x0 0x0\n");
    Files.createDirectories(root.resolve("sys/kernel/yama"));
    Path scope = Files.writeString(root.resolve("sys/kernel/yama/ptrace_scope"), "2\n");
    long calls = ThreadRecord.SYSCALL.bit() | ThreadRecord.WAIT_KIND.bit();
    try (ProcfsSource source = ProcfsSource.open(root)) {
      assertEquals(calls, source.fields(ThreadRecord.TYPE, Detail.FULL) & calls);
      assertTrue(source.fields(WaitRecord.TYPE, Detail.FULL) != 0);
    }
    Files.writeString(scope, "3\n");
    try (ProcfsSource source = ProcfsSource.open(root)) {
      assertEquals(0, source.fields(ThreadRecord.TYPE, Detail.FULL) & calls);
      assertEquals(0, source.fields(WaitRecord.TYPE, Detail.FULL));
      assertTrue(source.warnings().stream().anyMatch(w -> w.contains("Yama")));
    }
  }

  @Test
  void aCapturedHost() throws IOException {
    try (ProcfsSource source = open("host.txt")) {
      assertEquals("captured", source.host().name());
      assertEquals(2, source.host().cpus());
      assertFalse(source.host().boot().equals(new UUID(0, 0)));
      Bulk bulk = Bulks.collect(source, EVERYTHING);
      Map<String, Record> byName = new HashMap<>();
      Bulks.processes(bulk).values().forEach(p -> byName.put(p.text(ProcessRecord.COMM), p));

      Record kernelThread = byName.get("kthreadd");
      assertEquals(0, kernelThread.get(ProcessRecord.RSS));
      assertTrue(kernelThread.has(ProcessRecord.RSS_SHMEM));
      Record threads = byName.get("three threads");
      assertEquals(3, threads.get(ProcessRecord.THREADS));
      assertEquals(
          threads.get(ProcessRecord.RSS),
          threads.get(ProcessRecord.RSS_ANON)
              + threads.get(ProcessRecord.RSS_FILE)
              + threads.get(ProcessRecord.RSS_SHMEM));
      assertTrue(byName.containsKey("a) b (c\nd"));
      Record zombie =
          byName.values().stream()
              .filter(p -> p.get(ProcessRecord.STATE) == 'Z')
              .findFirst()
              .orElseThrow();
      assertEquals(0, zombie.get(ProcessRecord.VSIZE));
      assertEquals(6, bulk.count(ThreadRecord.TYPE));

      for (Record command : Bulks.records(bulk, CommandRecord.TYPE)) {
        boolean none =
            command.get(CommandRecord.PID) == kernelThread.get(ProcessRecord.PID)
                || command.get(CommandRecord.PID) == zombie.get(ProcessRecord.PID);
        assertEquals(none ? 0 : 2, command.get(CommandRecord.ARGUMENTS));
        assertTrue(command.has(CommandRecord.COMMAND_LINE_LENGTH));
        assertEquals(!none, command.has(CommandRecord.EXECUTABLE_LENGTH));
      }
    }
  }

  @Test
  void aMissingRootIsAnError() {
    assertThrows(IOException.class, () -> ProcfsSource.open(root.resolve("nowhere")));
  }

  @Test
  void anEmptyTreeGivesNothing() throws IOException {
    try (ProcfsSource source = ProcfsSource.open(root)) {
      assertEquals(0, source.pids().length);
      assertEquals(0, Bulks.collect(source, EVERYTHING).count(ProcessRecord.TYPE));
      Record system = Record.allocate(SystemRecord.TYPE);
      source.readSystem(-1, system);
      assertFalse(system.has(SystemRecord.LOAD1));
      assertNull(source.process(1).orElse(null));
    }
  }

  private ProcfsSource open(String name) throws IOException {
    return ProcfsSource.open(ProcArchive.unpack(name, root));
  }
}
