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
import java.util.stream.Stream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process one of whose threads has a file table of its own. What is open there is open in the
 * process, too, and the fd says which thread has it. A thread that shares that table adds nothing.
 */
class OwnFilesTest {
  private static final int FILES = 300;

  @TempDir Path directory;

  private static Program start(boolean leaderEnds) {
    Program program =
        leaderEnds ? Program.run("own-files", "leader-ends") : Program.run("own-files");
    if (leaderEnds) {
      Await.until("the main thread is a zombie", () -> stat(program.pid()).contains(") Z "));
    }
    return program;
  }

  private static String stat(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/stat"));
    } catch (IOException e) {
      return "";
    }
  }

  private static long count(String directory) throws Exception {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      return files.count();
    }
  }

  @ParameterizedTest
  @CsvSource({"PROCFS,false", "SWEEP,false", "WALK,false", "PROCFS,true", "SWEEP,true"})
  void countAndRecords(AnySource which, boolean leaderEnds) throws Exception {
    try (Program program = start(leaderEnds);
        KernelSource source = which.open();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      int tid = Integer.parseInt(program.lines().get(0));
      int common = process.fds().length;
      long own = count("/proc/" + program.pid() + "/task/" + tid + "/fd");
      assertTrue(own >= FILES && common < FILES, own + " and " + common);
      assertEquals(common + own, fds(source, Query.of(ProcessRecord.TYPE), program.pid()));
      Query alone = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, ProcessRecord.FDS);
      assertEquals(common + own, fds(source, alone, program.pid()));
      Record read = Record.allocate(ProcessRecord.TYPE);
      assertTrue(process.read(ProcessRecord.FDS.bit(), read));
      assertEquals(common + own, read.get(ProcessRecord.FDS));
      Query query = Query.of(FdRecord.TYPE);
      for (Query one : List.of(query, query.withPids(Set.of(program.pid())))) {
        try (Bulk bulk = Bulks.collect(source, one)) {
          check(bulk, program.pid(), tid, common, own);
        }
      }
      try (Bulk bulk = Bulks.collect(source, process, query)) {
        check(bulk, program.pid(), tid, common, own);
      }
      try (Bulk one = Bulks.fill(source, query, into -> process.collectFd(0, into))) {
        Record fd = Bulks.records(one, FdRecord.TYPE).get(0);
        assertFalse(fd.has(FdRecord.TID), "a file of fds/ is of the common table");
      }
    }
  }

  private static long fds(KernelSource source, Query query, int pid) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return Bulks.processes(bulk).get(pid).get(ProcessRecord.FDS);
    }
  }

  private static void check(Bulk bulk, int pid, int tid, int common, long own) {
    List<Record> all = Bulks.records(bulk, FdRecord.TYPE);
    List<Record> fds = all.stream().filter(fd -> fd.get(FdRecord.PID) == pid).toList();
    List<Record> ofThread = fds.stream().filter(fd -> fd.has(FdRecord.TID)).toList();
    assertEquals(common, fds.size() - ofThread.size());
    assertEquals(own, ofThread.size());
    ofThread.forEach(fd -> assertEquals(tid, fd.get(FdRecord.TID)));
    assertTrue(ofThread.stream().anyMatch(fd -> path(bulk, fd).startsWith("/memfd:kifs-own-fi")));
    assertTrue(
        ofThread.stream().allMatch(fd -> fd.has(FdRecord.INODE) && fd.has(FdRecord.POSITION)));
    String[] keys = all.stream().map(OwnFilesTest::key).toArray(String[]::new);
    assertArrayEquals(Arrays.stream(keys).sorted().distinct().toArray(), keys);
  }

  private static String key(Record fd) {
    return String.format(
        "%010d/%010d/%010d", fd.get(FdRecord.PID), fd.get(FdRecord.TID), fd.get(FdRecord.FD));
  }

  private static String path(Bulk bulk, Record fd) {
    byte[] text = bulk.text(fd.get(FdRecord.PATH_OFFSET), (int) fd.get(FdRecord.PATH_LENGTH));
    return new String(text, StandardCharsets.UTF_8);
  }

  /** A memfd that no process maps is found by an open fd, even of such a thread. */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP"})
  void memoryThatOnlyTheThreadHasOpen(AnySource which) throws Exception {
    try (Program program = start(false);
        KernelSource source = which.open();
        Bulk bulk = Bulks.collect(source, Query.of(ShmRecord.TYPE))) {
      long inode =
          (long)
              Files.getAttribute(
                  Path.of("/proc/" + program.pid() + "/task/" + program.lines().get(0) + "/fd/3"),
                  "unix:ino");
      Record found =
          Bulks.records(bulk, ShmRecord.TYPE).stream()
              .filter(shm -> shm.get(ShmRecord.KIND) == ShmRecord.MEMFD)
              .filter(shm -> shm.get(ShmRecord.INODE) == inode)
              .findFirst()
              .orElseThrow();
      assertEquals(1 << 20, found.get(ShmRecord.SIZE));
    }
  }

  /**
   * The main thread has given its file table up, but waits for a filesystem before it is a zombie.
   * The process's table is that of the first thread that still has one.
   */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP", "WALK"})
  void theMainThreadIsInTheMiddleOfItsExit(AnySource which) throws Exception {
    try (HeldFile held = new HeldFile(directory);
        Program program = Program.run("leader-closes", held.file());
        KernelSource source = which.open();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      held.hold();
      program.send("end");
      try {
        Await.until("the main thread has no files", () -> hasNoFiles(program.pid()));
        Await.until("and waits", () -> isInTheMiddle(program.pid()));
        checkInTheMiddle(source, process);
        assertTrue(isInTheMiddle(program.pid()), "all of that was in the middle");
      } finally {
        held.letGo();
      }
    }
  }

  private static void checkInTheMiddle(KernelSource source, ProcessRef process) {
    int files = 20;
    assertEquals(files, fds(source, Query.of(ProcessRecord.TYPE), process.pid()));
    assertEquals(files, process.fds().length);
    assertTrue(process.hasFd(files - 1));
    Record read = Record.allocate(ProcessRecord.TYPE);
    assertTrue(process.read(ProcessRecord.FDS.bit() | ProcessRecord.RSS.bit(), read));
    assertEquals(files, read.get(ProcessRecord.FDS));
    assertTrue(read.get(ProcessRecord.RSS) > 0, "the other thread still has the memory");
    Query query = Query.of(FdRecord.TYPE);
    try (Bulk all = Bulks.collect(source, query);
        Bulk one = Bulks.collect(source, process, query)) {
      for (Bulk bulk : List.of(all, one)) {
        List<Record> fds =
            Bulks.records(bulk, FdRecord.TYPE).stream()
                .filter(fd -> fd.get(FdRecord.PID) == process.pid())
                .toList();
        assertEquals(files, fds.size());
        assertTrue(fds.stream().noneMatch(fd -> fd.has(FdRecord.TID)), "no table but this one");
        assertTrue(fds.stream().allMatch(fd -> fd.has(FdRecord.POSITION)));
      }
    }
  }

  /** Whether the main thread waits and is no zombie. A wait for a FUSE server is S or D. */
  private static boolean isInTheMiddle(int pid) {
    String stat = stat(pid);
    return stat.contains(") D ") || stat.contains(") S ");
  }

  private static boolean hasNoFiles(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/status")).contains("FDSize:\t0\n");
    } catch (IOException e) {
      return false;
    }
  }
}
