package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.UnreadableProcess;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose memory lock is held for as long as a filesystem is frozen. */
class StuckMemoryTest {
  /** Much longer than any pass, and shorter than a test may take. */
  private static final int LIMIT_S = 20;

  @TempDir Path directory;

  private FrozenFile frozen;
  private Program stuck;

  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  @BeforeEach
  void start() throws IOException {
    frozen = new FrozenFile(directory);
    stuck = Program.run("stuck-memory", frozen.file());
  }

  @AfterEach
  void end() {
    frozen.thaw();
    stuck.close();
    frozen.close();
  }

  private void hold() {
    frozen.freeze();
    stuck.send("store");
    Await.until("a thread waits for the filesystem", () -> threadsIn('D') == 1);
    stuck.send("protect");
    Await.until("a thread waits with the lock", () -> threadsIn('D') == 2);
  }

  private long threadsIn(char state) {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + stuck.pid() + "/task"))) {
      return tasks.filter(task -> stat(task).contains(") " + state + " ")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String stat(Path task) {
    try {
      return Files.readString(task.resolve("stat"));
    } catch (IOException e) {
      return "";
    }
  }

  /** Does something that must not wait for the stuck process. */
  private <T> T inTime(Callable<T> action) throws Exception {
    FutureTask<T> task = new FutureTask<>(action);
    Thread thread = new Thread(task, "in time");
    thread.setDaemon(true);
    thread.start();
    return task.get(LIMIT_S, TimeUnit.SECONDS);
  }

  private static Record of(int pid, Bulk bulk, RecordType type, Field key) {
    return Bulks.records(bulk, type).stream()
        .filter(record -> record.get(key) == pid)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type + " of " + pid));
  }

  private static boolean isIncomplete(Record record) {
    return (record.flags() & Record.INCOMPLETE) != 0;
  }

  private static boolean names(List<UnreadableProcess> all, int pid) {
    return all.stream().anyMatch(p -> p.pid() == pid && p.comm().equals("stuck-memory"));
  }

  @Test
  void passesGoOnWithEverybodyElse() throws Exception {
    hold();
    try (KernelSource source = openSource();
        Program waits = Program.run("mutex-wait", directory.resolve("lock"));
        Program shm = Program.run("shm-users", "kifs-stuck-" + stuck.pid()).cleaningUp()) {
      for (int i = 0; i < 3; i++) {
        commandsAndFigures(source, waits.pid());
        Query held = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
        try (Bulk bulk = inTime(() -> Bulks.collect(source, held))) {
          of(shm.pid(), bulk, ShmUserRecord.TYPE, ShmUserRecord.PID);
        }
        try (Bulk bulk = inTime(() -> Bulks.collect(source, Query.of(WaitRecord.TYPE)))) {
          of(waits.pid(), bulk, WaitRecord.TYPE, WaitRecord.WAITER_PID);
        }
      }
      assertTrue(names(source.unreadable(), stuck.pid()), () -> "" + source.unreadable());
      shm.endInput();
      shm.await();
    }
  }

  private void commandsAndFigures(KernelSource source, int other) throws Exception {
    Query query = Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    try (Bulk bulk = inTime(() -> Bulks.collect(source, query))) {
      Record command = of(stuck.pid(), bulk, CommandRecord.TYPE, CommandRecord.PID);
      assertFalse(command.has(CommandRecord.COMMAND_LINE_LENGTH));
      assertTrue(isIncomplete(command));
      assertTrue(command.get(CommandRecord.EXECUTABLE_LENGTH) > 0);
      Record figures = of(stuck.pid(), bulk, ProcessRecord.TYPE, ProcessRecord.PID);
      assertTrue(figures.get(ProcessRecord.RSS) > 0);
      assertEquals(4, figures.get(ProcessRecord.THREADS));
      Record others = of(other, bulk, CommandRecord.TYPE, CommandRecord.PID);
      assertTrue(others.get(CommandRecord.COMMAND_LINE_LENGTH) > 0);
      assertFalse(isIncomplete(others));
    }
  }

  @Test
  void theProcessItselfTellsWhatItCan() throws Exception {
    hold();
    try (KernelSource source = openSource();
        ProcessRef process = source.process(stuck.pid()).orElseThrow()) {
      assertEquals(Optional.empty(), inTime(process::commandLine));
      long since = inTime(process::unreadableSince).orElseThrow();
      assertTrue(since > 0 && since <= source.clock().boottimeNs());
      Record record = Record.allocate(ProcessRecord.TYPE);
      long fields = Bulks.mask(ProcessRecord.SHM, ProcessRecord.RSS, ProcessRecord.FDS);
      assertTrue(inTime(() -> process.read(fields, record)));
      assertFalse(record.has(ProcessRecord.SHM));
      assertTrue(isIncomplete(record));
      assertTrue(record.has(ProcessRecord.RSS) && record.has(ProcessRecord.FDS));
    }
  }

  @Test
  void itIsReadAgainWhenTheLockIsFree() throws Exception {
    try (KernelSource source = openSource();
        ProcessRef process = source.process(stuck.pid()).orElseThrow()) {
      byte[] line = process.commandLine().orElseThrow();
      assertTrue(process.unreadableSince().isEmpty());
      hold();
      assertEquals(Optional.empty(), inTime(process::commandLine));
      assertTrue(names(source.unreadable(), stuck.pid()), () -> "" + source.unreadable());
      frozen.thaw();
      // The kernel still writes what was stored, and the lock may be held for a moment longer.
      Await.until(
          "it is readable", () -> Arrays.equals(line, process.commandLine().orElse(new byte[0])));
      Await.until("it is readable for all", () -> process.unreadableSince().isEmpty());
      assertEquals(List.of(), source.unreadable());
    }
  }
}
