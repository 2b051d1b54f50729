package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import kifs.testing.Programs;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process whose main thread has ended while others live. What the process has comes from a living
 * thread, whether all processes are read or this one alone.
 */
class LeaderGoneTest {
  private static final long MEMORY = 64L << 20;
  private static final int FILES = 200;

  private Program program;

  @BeforeEach
  void start() {
    program = Program.run("leader-gone");
    Await.until("the main thread is a zombie", () -> stat(program.pid()).contains(") Z "));
  }

  @AfterEach
  void end() {
    program.close();
  }

  private static String stat(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException e) {
      return "";
    }
  }

  private static List<Query> queries(int pid, Query query) {
    return List.of(query, query.withPids(Set.of(pid)));
  }

  @ParameterizedTest
  @EnumSource
  void memoryFilesAndState(AnySource which) throws Exception {
    Query query = Query.of(ProcessRecord.TYPE, LimitsRecord.TYPE).withDetail(Detail.FULL);
    try (KernelSource source = which.open();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      for (Query one : queries(program.pid(), query)) {
        try (Bulk bulk = Bulks.collect(source, one)) {
          check(Bulks.processes(bulk).get(program.pid()));
          checkUsage(bulk);
        }
      }
      try (Bulk bulk = Bulks.collect(source, process, query)) {
        check(Bulks.processes(bulk).get(program.pid()));
        checkUsage(bulk);
      }
      Record read = Record.allocate(ProcessRecord.TYPE);
      assertTrue(process.read(-1, read));
      check(read);
      for (long field : new long[] {ProcessRecord.RSS.bit(), ProcessRecord.FDS.bit()}) {
        Record alone = Record.allocate(ProcessRecord.TYPE);
        assertTrue(process.read(field, alone));
        assertTrue(alone.get(ProcessRecord.RSS) + alone.get(ProcessRecord.FDS) > FILES);
      }
    }
  }

  private static void check(Record process) {
    assertEquals('S', process.get(ProcessRecord.STATE), "that of the first living thread");
    assertEquals(3, process.get(ProcessRecord.THREADS));
    assertBetween(MEMORY, process.get(ProcessRecord.RSS));
    assertBetween(MEMORY, process.get(ProcessRecord.RSS_ANON));
    assertTrue(process.get(ProcessRecord.RSS_PEAK) >= MEMORY);
    assertTrue(process.get(ProcessRecord.VSIZE) > MEMORY);
    assertBetween(FILES, process.get(ProcessRecord.FDS));
    assertEquals(4L << 20, process.get(ProcessRecord.SHM));
    assertTrue(process.get(ProcessRecord.OOM_SCORE) > 0);
  }

  private void checkUsage(Bulk bulk) {
    Record limits =
        Bulks.records(bulk, LimitsRecord.TYPE).stream()
            .filter(one -> one.get(LimitsRecord.PID) == program.pid())
            .findFirst()
            .orElseThrow();
    assertBetween(MEMORY, limits.get(LimitsRecord.used("rss")));
    assertBetween(FILES, limits.get(LimitsRecord.used("nofile")));
    assertTrue(limits.get(LimitsRecord.used("data")) >= MEMORY);
  }

  /** A tenth is left for what the C library and the test's environment add. */
  private static void assertBetween(long least, long value) {
    assertTrue(value >= least && value < least + least / 10 + 20, least + " and " + value);
  }

  @ParameterizedTest
  @EnumSource
  void commandLineAndExecutable(AnySource which) throws Exception {
    Path executable = Programs.get("leader-gone").toRealPath();
    byte[] line = (executable + "\0").getBytes(StandardCharsets.UTF_8);
    try (KernelSource source = which.open();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      byte[] found = process.commandLine().orElseThrow();
      assertEquals(executable.getFileName() + "\0", afterSlash(found));
      assertEquals(executable.toString(), process.executable().orElseThrow());
      assertFalse(process.cgroup().isEmpty());
      try (Bulk bulk = Bulks.collect(source, Query.of(CommandRecord.TYPE))) {
        Record command =
            Bulks.records(bulk, CommandRecord.TYPE).stream()
                .filter(one -> one.get(CommandRecord.PID) == program.pid())
                .findFirst()
                .orElseThrow();
        int length = (int) command.get(CommandRecord.COMMAND_LINE_LENGTH);
        assertArrayEquals(found, bulk.text(command.get(CommandRecord.COMMAND_LINE_OFFSET), length));
        assertEquals(line.length - 1, command.get(CommandRecord.EXECUTABLE_LENGTH));
      }
    }
  }

  private static String afterSlash(byte[] line) {
    String text = new String(line, StandardCharsets.UTF_8);
    return text.substring(text.lastIndexOf('/') + 1);
  }

  @ParameterizedTest
  @EnumSource
  void openFilesAndSharedMemory(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      assertBetween(FILES, process.fds().length);
      assertTrue(process.hasFd(0));
      try (Bulk fd =
          Bulks.fill(source, Query.of(FdRecord.TYPE), into -> collectFirst(process, into))) {
        assertEquals(1, fd.count(FdRecord.TYPE));
      }
      Query held = Query.of(FdRecord.TYPE, ShmRecord.TYPE, ShmUserRecord.TYPE);
      for (Query one : queries(program.pid(), held)) {
        try (Bulk bulk = Bulks.collect(source, one)) {
          checkHeld(bulk);
        }
      }
      try (Bulk bulk = Bulks.collect(source, process, held)) {
        checkHeld(bulk);
      }
    }
  }

  private static void collectFirst(ProcessRef process, BulkBuilder into) {
    assertTrue(process.collectFd(0, into));
  }

  private void checkHeld(Bulk bulk) {
    List<Record> fds = Bulks.records(bulk, FdRecord.TYPE);
    long ours = fds.stream().filter(fd -> fd.get(FdRecord.PID) == program.pid()).count();
    assertBetween(FILES, ours);
    long[] keys =
        fds.stream().mapToLong(fd -> fd.get(FdRecord.PID) << 32 | fd.get(FdRecord.FD)).toArray();
    assertArrayEquals(Arrays.stream(keys).sorted().distinct().toArray(), keys);
    List<Record> users =
        Bulks.records(bulk, ShmUserRecord.TYPE).stream()
            .filter(user -> user.get(ShmUserRecord.PID) == program.pid())
            .toList();
    assertEquals(1, users.size());
    assertEquals(4L << 20, users.get(0).get(ShmUserRecord.MAPPED));
  }

  @ParameterizedTest
  @EnumSource
  void theWaitOfOneThreadForAnother(AnySource which) throws Exception {
    int holder = Integer.parseInt(program.lines().get(0));
    int waiter = Integer.parseInt(program.lines().get(1));
    try (KernelSource source = which.open()) {
      for (Query query : queries(program.pid(), Query.of(WaitRecord.TYPE))) {
        Await.until("a wait", () -> owner(source, query, waiter) == holder);
      }
    }
  }

  private static long owner(KernelSource source, Query query, int waiter) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return Bulks.records(bulk, WaitRecord.TYPE).stream()
          .filter(wait -> wait.get(WaitRecord.WAITER_TID) == waiter)
          .mapToLong(wait -> wait.get(WaitRecord.OWNER_TID))
          .findFirst()
          .orElse(0);
    }
  }

  /** The state of the process isn't that of its main thread, whose THREAD record is unchanged. */
  @ParameterizedTest
  @EnumSource
  void filtersOnTheState(AnySource which) throws Exception {
    Query query = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE);
    try (KernelSource source = which.open()) {
      try (Bulk sleeping = Bulks.collect(source, query.withStates(Set.of('S')))) {
        assertTrue(Bulks.processes(sleeping).containsKey(program.pid()));
        assertFalse(Bulks.threads(sleeping).containsKey(program.pid()));
      }
      try (Bulk zombies = Bulks.collect(source, query.withStates(Set.of('Z')))) {
        assertFalse(Bulks.processes(zombies).containsKey(program.pid()));
        assertEquals('Z', Bulks.threads(zombies).get(program.pid()).get(ThreadRecord.STATE));
      }
    }
  }
}
