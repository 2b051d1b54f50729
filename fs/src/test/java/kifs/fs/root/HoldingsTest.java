package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kifs.fs.root.processes.fds.OpenFlags;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.fd.Socket;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedShm;
import kifs.kernel.simulated.figures.SimulatedFile;
import kifs.kernel.simulated.figures.SimulatedWait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** fds/, shm/ and hogs/ of a simulated kernel. */
class HoldingsTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess java = rig.kernel.spawn(100, "java").uid(7).fds(3);
  private final SimulatedShm cache =
      rig.kernel.shm(ShmRecord.POSIX, "cache").size(1 << 20).resident(4096).uid(7);

  @AfterEach
  void close() {
    rig.close();
  }

  private List<String> list(String path) {
    return ((Directory) rig.node(path))
        .list(Rig.CALLER).stream().map(Directory.Entry::name).toList();
  }

  @Test
  void fdsAreLines() {
    byte[] name = {0, 'a', ' ', '"'};
    java.open(5, new SimulatedFile(FdRecord.REGULAR, "/a\nb", 12, 02000002, 7, null))
        .open(
            6,
            new SimulatedFile(
                FdRecord.SOCKET, null, 13, 04002, 0, Socket.unix(Socket.STREAM, 10, name, 14)));
    assertEquals(List.of("bulk", "0", "5", "6"), list("processes/100/fds"));
    assertEquals("3\n", rig.read("processes/100/fds.count"));
    assertEquals(
        "type=regular flags=O_RDWR|O_CLOEXEC pos=7 dev=8:1 ino=12 mount=21 path=/a\\nb\n"
            .replace("O_CLOEXEC", OpenFlags.text(02000002).substring("O_RDWR|".length())),
        rig.read("processes/100/fds/5"));
    assertEquals(
        "type=socket flags=O_RDWR|O_NONBLOCK pos=0 dev=0:8 ino=13 mount=21 family=unix"
            + " socket=stream state=listen peer.ino=14 name=@a\\x20\" path=socket:[13]\n",
        rig.read("processes/100/fds/6"));
    assertEquals(Errno.ENOENT, rig.errno("processes/100/fds/7"));
    OpenFile bound = rig.open("processes/100/fds/5");
    java.close(5);
    FsException gone = assertThrows(FsException.class, () -> Rig.read(bound, 0));
    assertEquals(Errno.ESRCH, gone.errno());
    bound.release();
  }

  @ParameterizedTest
  @CsvSource({
    "0, O_RDONLY",
    "1, O_WRONLY",
    "2000002, O_RDWR|O_CLOEXEC",
    "6001, O_WRONLY|O_APPEND|O_NONBLOCK",
    "4010002, O_RDWR|O_SYNC",
    "10000, O_RDONLY|O_DSYNC",
    "10000000, O_RDONLY|O_PATH",
    "20000000000, O_RDONLY|0x80000000"
  })
  void flagsOfOpen(String octal, String names) {
    assertEquals(names, OpenFlags.text(Long.parseLong(octal, 8)));
  }

  @Test
  void objectsHaveFilesAndUsers() {
    java.map(cache, 1 << 20);
    rig.kernel.spawn(200, "a b").map(cache, 4096);
    String shm = "shm/" + cache.id();
    assertEquals(List.of("bulk", "objects", "each", "sum", "file-1000-25"), list("shm"));
    assertEquals("posix\n", rig.read(shm + "/kind"));
    assertEquals("cache\n", rig.read(shm + "/name"));
    assertEquals("1048576\n", rig.read(shm + "/size"));
    assertEquals("4096\n", rig.read(shm + "/resident"));
    assertEquals("2\n", rig.read(shm + "/users.count"));
    assertEquals(
        "PID  MAPPED   FDS  COMMAND\n100  1048576  0    java\n200  4096     0    a\\x20b\n",
        rig.read(shm + "/users"));
    assertFalse(rig.read(shm + "/stat").contains("users"), "stat must not read every process");
    assertEquals("1048576\n", rig.read("processes/100/shm"));
    assertEquals("1052672\n", rig.read("processes/sum/shm"));
    assertEquals("2\n", rig.read("shm/sum/users"));
    assertEquals(
        "PID  UID  SHM      RESIDENT  COMMAND\n100  7    1048576  0         java\n"
            + "200  0    4096     0         a\\x20b\n",
        rig.read("hogs/shm"));
    assertEquals(Errno.ENOENT, rig.errno("shm/1"));
    OpenFile bound = rig.open(shm + "/size");
    cache.unlink();
    java.exit(0);
    assertEquals("1048576\n", Rig.read(bound, 0), "the object is still mapped");
    rig.kernel.simulated(200).exit(0);
    FsException gone = assertThrows(FsException.class, () -> Rig.read(bound, 0));
    assertEquals(Errno.ESRCH, gone.errno());
    bound.release();
  }

  /** A memfd that no process maps, and a file that was unlinked, are found by their open files. */
  @Test
  void objectsThatAreOnlyOpen() {
    SimulatedShm memfd = rig.kernel.shm(ShmRecord.MEMFD, "video").size(30 << 20);
    java.hold(memfd, 2);
    java.hold(cache, 1);
    cache.unlink();
    String shm = "shm/memfd-1001";
    assertEquals("PID  MAPPED  FDS  COMMAND\n100  0       2    java\n", rig.read(shm + "/users"));
    assertEquals("0\n", rig.read(shm + "/users.count"));
    assertEquals("1\n", rig.read(shm + "/openers"));
    assertEquals("0\n", rig.read(shm + "/unlinked"));
    assertEquals("1\n", rig.read("shm/file-1000-25/unlinked"));
    assertEquals(
        "ID            KIND   SIZE      RESIDENT  USERS  OPENERS  UID  UNLINKED  NAME\n"
            + "memfd-1001    memfd  31457280  0         0      1        0    -         video\n"
            + "file-1000-25  posix  1048576   4096      0      1        7    yes       cache\n",
        rig.read("shm/objects"));
    java.exit(0);
    assertEquals(Errno.ENOENT, rig.errno("shm/file-1000-25"));
  }

  @Test
  void hogsComeBiggestFirst() {
    rig.kernel.spawn(200, "few").fds(2);
    rig.kernel.spawn(300, "most").fds(900).limit("nofile", 1000, 1000);
    rig.kernel.spawn(400, "none").fds(0);
    assertEquals(
        "PID  UID  FDS  LIMIT  USED    COMMAND\n"
            + "300  0    900  1000   90.00%  most\n"
            + "100  7    3    1024   0.29%   java\n"
            + "200  0    2    1024   0.20%   few\n",
        rig.read("hogs/fds"));
  }

  /** Any use of a limit of 0 is too much, so no share can say how much. */
  @Test
  void hogsOverALimitOf0ComeFirst() {
    rig.kernel.spawn(200, "over").fds(2);
    rig.kernel.spawn(300, "zero").fds(1).limit("nofile", 0, 0);
    assertEquals(
        "PID  UID  FDS  LIMIT  USED   COMMAND\n"
            + "300  0    1    0      over   zero\n"
            + "100  7    3    1024   0.29%  java\n"
            + "200  0    2    1024   0.20%  over\n",
        rig.read("hogs/fds"));
  }

  /** Any user can make a memfd of almost 2^63 bytes. */
  @Test
  void aSumThatDoesNotFitIsTheLargestNumber() {
    for (int i = 0; i < 3; i++) {
      rig.kernel.shm(ShmRecord.MEMFD, "huge" + i).size(Long.MAX_VALUE - 4095);
    }
    assertEquals("18446744073709551615\n", rig.read("shm/sum/size"));
    OpenFile sum = rig.open("shm/sum/notify/size/above/1T", Rig.NON_BLOCKING);
    rig.pass(300 * Rig.MS);
    assertEvent(sum, " entity=shm/sum ", "value=18446744073709551615");
    sum.release();
  }

  @Test
  void hogsOfMemory() {
    java.rss(5 << 20).swap(1 << 20).rssOfFilesAndShared(1 << 20, 1 << 20);
    rig.kernel.spawn(200, "swapped").rss(0).swap(64 << 20);
    rig.kernel.spawn(300, "huge").rss(1 << 20).hugePages(32 << 20);
    rig.kernel.spawn(400, "none").rss(0);
    List<String> lines = rig.read("hogs/memory").lines().toList();
    assertEquals(
        List.of("PID", "200", "300", "100"), lines.stream().map(l -> l.split(" +")[0]).toList());
    assertEquals("PID UID RESIDENT SHARED SWAP HUGE COMMAND", lines.get(0).replaceAll(" +", " "));
    assertEquals("200 0 0 0 67108864 0 swapped", lines.get(1).replaceAll(" +", " "));
    assertEquals("100 7 5242880 2097152 1048576 0 java", lines.get(3).replaceAll(" +", " "));
  }

  @Test
  void hogsOfCpuSinceTheLastReadAndSinceTheyStarted() {
    java.cpu(10);
    SimulatedProcess load = rig.kernel.spawn(200, "load").cpu(100);
    rig.kernel.spawn(300, "idle");
    rig.clock.advance(10 * Rig.SECOND);
    assertEquals(
        List.of(
            "PID UID CPU% USED WINDOW AVERAGE% TOTAL COMMAND",
            "200 0 100.00 10.000 10.000 100.00 10.000 load",
            "100 7 10.00 1.000 10.000 10.00 1.000 java"),
        rig.read("hogs/cpu").lines().map(line -> line.replaceAll(" +", " ")).toList());
    load.cpu(0);
    rig.clock.advance(2 * Rig.SECOND);
    rig.kernel.spawn(400, "young").cpu(50);
    rig.clock.advance(2 * Rig.SECOND);
    assertEquals(
        List.of(
            "400 0 50.00 1.000 2.000 50.00 1.000 young",
            "100 7 10.00 0.400 4.000 10.00 1.400 java",
            "200 0 0.00 0.000 4.000 71.43 10.000 load"),
        rig.read("hogs/cpu").lines().skip(1).map(line -> line.replaceAll(" +", " ")).toList());
  }

  @Test
  void processWithAnOldIdBeginsAnew() {
    rig.kernel.spawn(200, "old").cpu(100);
    rig.clock.advance(10 * Rig.SECOND);
    rig.read("hogs/cpu");
    rig.kernel.simulated(200).exit(0);
    rig.clock.advance(Rig.SECOND);
    rig.kernel.spawn(200, "new").cpu(100);
    rig.clock.advance(Rig.SECOND);
    assertEquals(
        "200 0 100.00 1.000 1.000 100.00 1.000 new",
        rig.read("hogs/cpu").lines().skip(1).findFirst().orElseThrow().replaceAll(" +", " "));
  }

  @Test
  void hogsOfLocks() {
    java.spawnThread(101, "waits").blockedOn(SimulatedWait.MUTEX, 0x1000, 100);
    rig.clock.advance(5 * Rig.SECOND);
    java.spawnThread(102, "waits").blockedOn(SimulatedWait.MUTEX, 0x1000, 100);
    rig.kernel.spawn(200, "db").thread().blockedOn(SimulatedWait.FILE_LOCK, 3, 100);
    rig.kernel.spawn(300, "shell").thread().blockedOn(SimulatedWait.CHILD, 0, 200);
    rig.kernel.spawn(400, "joins").thread().blockedOn(SimulatedWait.JOIN, 1, 100);
    rig.kernel.spawn(500, "unknown").thread().blockedOn(SimulatedWait.RWLOCK, 1, 0);
    rig.clock.advance(Rig.SECOND);
    assertEquals(
        List.of(
            "OWNER KIND WAITERS LONGEST COMMAND",
            "100/100 mutex 2 6.000 java",
            "100 file-lock 1 1.000 java"),
        rig.read("hogs/locks").lines().map(line -> line.replaceAll(" +", " ")).toList());
  }

  @Test
  void tablesAreBounded() {
    rig.kernel.crowd(300, 1000, 1, "crowd").fds(1).rss(1 << 20).cpu(1);
    rig.clock.advance(Rig.SECOND);
    for (String table : List.of("cpu", "memory", "fds")) {
      assertEquals(101, rig.read("hogs/" + table).lines().count(), table);
    }
  }

  @Test
  void readmeOfHogsListsThem() {
    List<String> tables = new ArrayList<>(list("hogs"));
    assertTrue(tables.remove("README"));
    String readme = rig.read("hogs/README");
    assertEquals(
        tables,
        readme
            .lines()
            .filter(line -> line.startsWith("  "))
            .map(l -> l.trim().split(" ")[0])
            .toList());
    assertTrue(rig.read("README").contains(readme.substring(readme.indexOf("\n\n") + 2)));
  }

  /** A process that uses a whole CPU now has the usage of its life, and says so. */
  @Test
  void cpuSaysOverHowLongItIs() {
    rig.clock.advance(90 * Rig.SECOND);
    java.cpu(100);
    rig.clock.advance(10 * Rig.SECOND);
    String of = "processes/100/";
    assertEquals(
        "10.00\n100.0\n10.00\n",
        rig.read(of + "cpu") + rig.read(of + "cpu.window") + rig.read(of + "cpu.average"));
    OpenFile waits = rig.open(of + "notify/cpu/above/200", Rig.NON_BLOCKING);
    OpenFile host = rig.open("system/notify/cpu/above/900", Rig.NON_BLOCKING);
    rig.pass(Rig.SECOND);
    rig.clock.advance(40 * Rig.MS);
    assertEquals("100.00\n0.04\n", rig.read(of + "cpu") + rig.read(of + "cpu.window"));
    assertTrue(Double.parseDouble(rig.read(of + "cpu.average")) < 11);
    assertTrue(rig.read(of + "stat").contains("\ncpu=100.00\ncpu.window=0.04\ncpu.average="));
    assertTrue(rig.read(of + "threads/100/stat").contains("\ncpu.window="));
    assertEquals("0.04\n", rig.read("system/cpu.window"));
    double cpus = rig.kernel.host().cpus();
    double percent = Double.parseDouble(rig.read("system/cpu"));
    assertEquals(percent / cpus, Double.parseDouble(rig.read("system/cpu.busy")), 0.01);
    assertTrue(Double.parseDouble(rig.read("system/cpu.average")) > 0);
    waits.release();
    host.release();
  }

  @Test
  void thresholdsOfObjects() {
    SimulatedShm other = rig.kernel.shm(ShmRecord.MEMFD, "other").size(4096);
    OpenFile one = rig.open("shm/" + cache.id() + "/notify/size/above/1G", Rig.NON_BLOCKING);
    OpenFile theOther = rig.open("shm/" + other.id() + "/notify/size/above/1G", Rig.NON_BLOCKING);
    OpenFile each = rig.open("shm/each/notify/size/above/1G", Rig.NON_BLOCKING);
    OpenFile users = rig.open("shm/each/notify/users/above/1", Rig.NON_BLOCKING);
    OpenFile sum = rig.open("shm/sum/notify/resident/above/1M", Rig.NON_BLOCKING);
    OpenFile process = rig.open("processes/each/notify/shm/above/10M", Rig.NON_BLOCKING);
    rig.pass(300 * Rig.MS);
    for (OpenFile file : List.of(one, theOther, each, users, sum, process)) {
      assertNoEvent(file);
    }
    cache.size(2L << 30).resident(2 << 20);
    java.map(cache, 20 << 20);
    rig.kernel.spawn(200, "second").map(cache, 4096);
    rig.pass(300 * Rig.MS);
    String entity = " entity=shm/file-1000-25 pid=0 tid=0 uid=7 ";
    assertEvent(one, entity, "metric=size", "value=2147483648", "unit=bytes");
    assertEvent(each, entity, "metric=size", "value=2147483648");
    assertEvent(users, entity, "metric=users", "value=2");
    assertEvent(sum, " entity=shm/sum ", "metric=resident", "value=2097152");
    assertEvent(process, " entity=processes/100 ", "metric=shm", "value=20971520");
    assertNoEvent(theOther);
    CompletableFuture<OpenFile> waiting =
        ((FileNode) rig.node("shm/" + other.id() + "/notify/size/above/1G"))
            .open(Rig.CALLER, new OpenMode(false, false));
    rig.pass(200 * Rig.MS);
    assertFalse(waiting.isDone());
    other.unlink();
    rig.pass(300 * Rig.MS);
    FsException gone = assertThrows(FsException.class, () -> Rig.done(waiting));
    assertEquals(Errno.ESRCH, gone.errno());
    for (OpenFile file : List.of(one, theOther, each, users, sum, process)) {
      file.release();
    }
    rig.pass(200 * Rig.MS);
    assertEquals(0, rig.notifier.status().waiters());
  }

  private static void assertNoEvent(OpenFile file) {
    Rig.done(file.prepare(0, true));
    assertEquals(OpenFile.AGAIN, file.read(0, ByteBuffer.allocate(4096)));
  }

  private static void assertEvent(OpenFile file, String... parts) {
    String event = Rig.read(file, 0);
    for (String part : parts) {
      assertTrue(event.contains(part), part + " in " + event);
    }
  }
}
