package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.figures.SimulatedFile;
import kifs.kernel.simulated.figures.SimulatedWait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A user sees the guarded figures of its own processes, and of no others. */
class AccessTest {
  private static final Caller USER = new Caller(1000, 1000, 1);
  private static final Caller MEMBER = new Caller(3000, 77, 1);

  private Rig rig = start(AccessOptions.DEFAULT);

  private static Rig start(AccessOptions options) {
    Rig rig = new Rig(options);
    populate(rig, 500, 1000, "mine");
    populate(rig, 600, 2000, "theirs");
    rig.become(USER);
    return rig;
  }

  private static void populate(Rig rig, int pid, int uid, String name) {
    SimulatedProcess process =
        rig.kernel
            .spawn(pid, name)
            .uid(uid)
            .gid(uid)
            .executable("/secret/exe/" + name)
            .commandLine("run " + name)
            .rss(1 << 20)
            .limit("nofile", 1000, 1000)
            .io(1_000_000, 2_000_000)
            .open(3, new SimulatedFile(FdRecord.REGULAR, "/secret/file/" + name, 9, 0, 0, null));
    process.map(rig.kernel.shm(ShmRecord.MEMFD, "secret-memfd-" + name).size(4096), 4096);
    process.map(rig.kernel.shm(ShmRecord.POSIX, "listed-" + name).size(4096), 4096);
    process.spawnThread(pid + 1, "waits").blockedOn(SimulatedWait.MUTEX, 0x5ec0, pid);
  }

  private void restart(AccessOptions options) {
    rig.close();
    rig = start(options);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Errno refusal(String path) {
    return assertThrows(FsException.class, () -> rig.read(path), path).errno();
  }

  private byte[] bulk(String path) {
    OpenFile file = rig.open(path);
    try {
      return Rig.read(file, 0).getBytes(StandardCharsets.ISO_8859_1);
    } finally {
      file.release();
    }
  }

  private List<Record> records(byte[] bulk, kifs.kernel.record.RecordType type) throws Exception {
    List<Record> records = new ArrayList<>();
    new BulkReader(ByteBuffer.wrap(bulk).order(java.nio.ByteOrder.LITTLE_ENDIAN))
        .forEach(
            type,
            record -> {
              Record copy = Record.allocate(type);
              copy.copy(record);
              records.add(copy);
            });
    return records;
  }

  private static boolean hasSecret(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return List.of("/secret/exe/theirs", "/secret/file/theirs", "secret-memfd-theirs").stream()
        .anyMatch(text::contains);
  }

  @Test
  void guardedFilesAreRefused() {
    for (String file : List.of("io.read", "fds.count", "fds.limit", "exe", "shm")) {
      assertTrue(!rig.read("processes/500/" + file).isEmpty(), file);
      assertEquals(Errno.EACCES, refusal("processes/600/" + file), file);
      Node mine = rig.node("processes/500/" + file);
      assertEquals(0400, mine.permissions(), file);
      assertEquals(new Node.Owner(1000, 1000), mine.owner(), file);
      assertEquals(new Node.Owner(2000, 2000), rig.node("processes/600/" + file).owner(), file);
    }
    for (String file : List.of("rss", "comm", "cmdline", "state", "uid")) {
      assertEquals(0444, rig.node("processes/600/" + file).permissions(), file);
      assertFalse(rig.read("processes/600/" + file).isEmpty(), file);
    }
    assertEquals(Errno.EACCES, refusal("processes/600/threads/601/wait"));
    assertEquals("mutex\n", rig.read("processes/500/threads/501/wait"));
    assertEquals(Errno.EACCES, refusal("processes/600/threads/sum/io.read"));
    assertFalse(rig.read("processes/500/threads/sum/io.read").isEmpty());
    assertEquals(Errno.EACCES, refusal("processes/sum/fds"));
    assertFalse(rig.read("processes/sum/rss").isEmpty());
  }

  @Test
  void theFdsOfOthersCannotBeListed() {
    assertEquals(0500, rig.node("processes/600/fds").permissions());
    Directory theirs = (Directory) rig.node("processes/600/fds");
    FsException refused = assertThrows(FsException.class, () -> theirs.list(USER));
    assertEquals(Errno.EACCES, refused.errno());
    assertEquals(Errno.EACCES, refusal("processes/600/fds/3"));
    assertEquals(Errno.EACCES, refusal("processes/600/fds/bulk"));
    assertTrue(rig.read("processes/500/fds/3").contains("/secret/file/mine"));
  }

  @Test
  void statHasOnlyWhatMayBeSeen() {
    assertTrue(rig.read("processes/500/stat").contains("io.read="));
    String theirs = rig.read("processes/600/stat");
    assertFalse(theirs.contains("io.read=") || theirs.contains("fds") || theirs.contains("exe="));
    assertTrue(theirs.contains("rss="));
  }

  @Test
  void aBulkIsRedacted() throws Exception {
    byte[] bulk =
        bulk("processes/bulk?tags=process,thread,command,limits,fd,shm,shm_user,wait&fields=full");
    assertFalse(hasSecret(bulk));
    for (Record process : records(bulk, ProcessRecord.TYPE)) {
      boolean mine = process.get(ProcessRecord.PID) == 500;
      assertEquals(mine, process.has(ProcessRecord.READ));
      assertEquals(mine, process.has(ProcessRecord.FDS));
      assertEquals(mine, (process.flags() & Record.REDACTED) == 0);
      assertTrue(process.has(ProcessRecord.RSS));
    }
    for (Record thread : records(bulk, ThreadRecord.TYPE)) {
      boolean mine = thread.get(ThreadRecord.PID) == 500;
      assertTrue(mine || !thread.has(ThreadRecord.WAIT_KIND));
      assertTrue(mine || thread.get(ThreadRecord.WAIT_OBJECT) == 0);
    }
    assertEquals(1, records(bulk, FdRecord.TYPE).size());
    assertEquals(3, records(bulk, ShmRecord.TYPE).size());
    assertEquals(1, records(bulk, WaitRecord.TYPE).size());
    assertEquals(500, records(bulk, WaitRecord.TYPE).get(0).get(WaitRecord.WAITER_PID));
  }

  @Test
  void otherBulksAreRedactedToo() {
    for (String path :
        List.of(
            "bulk",
            "bulk?tags=command",
            "bulk?tags=shm",
            "bulk?tags=fd&pid=600",
            "processes/600/bulk",
            "processes/600/bulk?tags=fd,shm,wait,command",
            "locks/bulk",
            "shm/bulk",
            "shm/bulk?tags=shm")) {
      assertFalse(hasSecret(bulk(path)), path);
    }
    rig.become(Rig.CALLER);
    assertTrue(hasSecret(bulk("bulk")));
    assertTrue(hasSecret(bulk("bulk?tags=fd&pid=600")));
  }

  @Test
  void fieldsThatWereNotAskedForAreNotInTheBulk() throws Exception {
    for (Record process : records(bulk("bulk"), ProcessRecord.TYPE)) {
      assertFalse(process.has(ProcessRecord.VIEWER_UID));
    }
    assertEquals(0, records(bulk("bulk?tags=command"), ProcessRecord.TYPE).size());
  }

  @Test
  void tablesHaveNoRowsOfOthers() {
    assertTrue(rig.read("locks/waits").contains("500"));
    assertFalse(rig.read("locks/waits").contains("600"));
    assertFalse(rig.read("locks/graph.dot").contains("600"));
    assertFalse(rig.read("hogs/fds").contains("theirs"));
    assertTrue(rig.read("hogs/fds").contains("mine"));
    assertFalse(rig.read("hogs/shm").contains("theirs"));
    assertTrue(rig.read("hogs/shm").contains("mine"));
    assertFalse(rig.read("hogs/locks").contains("theirs"));
    assertTrue(rig.read("hogs/locks").contains("mine"));
    assertTrue(rig.read("hogs/memory").contains("theirs"), "memory isn't guarded");
    rig.become(Rig.CALLER);
    assertTrue(rig.read("hogs/locks").contains("theirs"));
  }

  /** What the table keeps is about all processes, whoever reads it. */
  @Test
  void hiddenProcessesAreNotAmongTheHogs() {
    restart(new AccessOptions(false, OptionalLong.empty(), HidePid.INVISIBLE));
    rig.kernel.simulated(500).cpu(10);
    rig.kernel.simulated(600).cpu(20);
    rig.clock.advance(10 * Rig.SECOND);
    for (String table : List.of("cpu", "memory")) {
      assertTrue(rig.read("hogs/" + table).contains("mine"), table);
      assertFalse(rig.read("hogs/" + table).contains("theirs"), table);
    }
    rig.become(Rig.CALLER);
    rig.clock.advance(5 * Rig.SECOND);
    String row =
        rig.read("hogs/cpu").lines().filter(line -> line.endsWith("theirs")).findFirst().orElse("");
    assertEquals("600 2000 20.00 1.000 5.000 20.00 3.000 theirs", row.replaceAll(" +", " "));
  }

  @Test
  void anObjectThatIsNotListedIsHidden() {
    Directory shm = (Directory) rig.node("shm");
    rig.become(Rig.CALLER);
    assertEquals(4, ids(shm, Rig.CALLER));
    assertEquals(3, ids(shm, USER));
    rig.become(USER);
    assertEquals(Errno.EACCES, refusal("shm/sum/objects"));
  }

  private static long ids(Directory shm, Caller caller) {
    return shm.list(caller).stream()
        .filter(entry -> entry.name().matches("[a-z]+-[0-9-]+"))
        .count();
  }

  @Test
  void thresholdsOnGuardedMetrics() {
    assertEquals(Errno.EACCES, rig.errno("processes/600/notify/fds/above/1"));
    assertEquals(Errno.EACCES, rig.errno("processes/sum/notify/fds/above/1"));
    OpenFile each = rig.open("processes/each/notify/fds/above/0,follow");
    rig.pass(Rig.SECOND);
    StringBuilder events = new StringBuilder();
    for (byte[] next = Rig.readOnce(each, 0, 1 << 16);
        next != null && next.length > 0;
        next = Rig.readOnce(each, events.length(), 1 << 16)) {
      events.append(new String(next, StandardCharsets.ISO_8859_1));
    }
    each.release();
    assertTrue(events.toString().contains("pid=500"), events.toString());
    assertFalse(events.toString().contains("pid=600"), events.toString());
  }

  /** An event says which lock a thread waits for, and who holds it. */
  @Test
  void waitsOfOthersAreNotReported() {
    assertEquals(Errno.EACCES, rig.errno("processes/600/notify/blocked/above/1"));
    OpenFile each = rig.open("processes/each/notify/blocked/above/1,follow");
    rig.pass(3 * Rig.SECOND);
    String events = Rig.read(each, 0);
    each.release();
    assertTrue(events.contains(" pid=500 ") && events.contains(" owner=500"), events);
    assertFalse(events.contains("pid=600") || events.contains("owner=600"), events);
  }

  @Test
  void refusedNamesOfOthersAreNotShown() {
    String name = "system/notify/memory.available/below/";
    refuse(name + "1MB", USER);
    refuse(name + "2MB", Rig.CALLER);
    String errors = rig.read("system/notify/errors");
    assertTrue(errors.contains("/1MB ") && !errors.contains("/2MB "), errors);
    rig.become(Rig.CALLER);
    errors = rig.read("system/notify/errors");
    assertTrue(errors.contains("/1MB ") && errors.contains("/2MB "), errors);
  }

  private void refuse(String path, Caller client) {
    assertThrows(FsException.class, () -> rig.node(path), path).answeredTo(client);
  }

  @Test
  void theStatusOfAnotherIsNotShown() {
    assertEquals("status=256", status(500));
    assertEquals("", status(600));
  }

  private String status(int pid) {
    OpenFile exit = rig.open("processes/" + pid + "/notify/exit/occurs/any", Rig.NON_BLOCKING);
    rig.kernel.simulated(pid).exit(256);
    rig.pass(Rig.SECOND);
    String line = Rig.read(exit, 0);
    exit.release();
    assertTrue(line.contains("metric=exit"), line);
    return line.replaceAll("(?s).*(status=\\d+).*|.*", "$1");
  }

  @Test
  void membersOfTheGroupSeeEverything() {
    restart(new AccessOptions(false, OptionalLong.of(77), HidePid.OFF));
    assertEquals(Errno.EACCES, refusal("processes/600/io.read"));
    assertEquals(0440, rig.node("processes/600/io.read").permissions());
    assertEquals(new Node.Owner(2000, 77), rig.node("processes/600/io.read").owner());
    rig.become(MEMBER);
    assertFalse(rig.read("processes/600/io.read").isEmpty());
    assertTrue(hasSecret(bulk("bulk")));
  }

  @Test
  void hiddenProcessesAreNotFound() throws Exception {
    restart(new AccessOptions(false, OptionalLong.empty(), HidePid.INVISIBLE));
    assertEquals(Errno.ENOENT, refusal("processes/600/rss"));
    assertTrue(names("processes").contains("500"));
    assertFalse(names("processes").contains("600"));
    List<Record> processes = records(bulk("bulk"), ProcessRecord.TYPE);
    assertEquals(1, processes.size());
    restart(new AccessOptions(false, OptionalLong.empty(), HidePid.NOACCESS));
    assertEquals(Errno.EPERM, refusal("processes/600/rss"));
    assertTrue(names("processes").contains("600"));
  }

  private List<String> names(String directory) {
    return ((Directory) rig.node(directory))
        .list(USER).stream().map(Directory.Entry::name).toList();
  }

  /** A client whose rights can't be found out sees what everybody sees. */
  @Test
  void aProcessOfRootIsSeenByRootOnly() {
    rig.kernel.spawn(700, "daemon").uid(0).gid(0);
    assertEquals(Errno.EACCES, refusal("processes/700/io.read"));
    rig.become(Rig.CALLER);
    assertFalse(rig.read("processes/700/io.read").isEmpty());
  }
}
