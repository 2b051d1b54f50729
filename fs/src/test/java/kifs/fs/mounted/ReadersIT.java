package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Common tools and languages read the files of the tree. */
@Timeout(120)
class ReadersIT {
  @TempDir static Path directory;

  @Mounted("readers")
  private static MountedKifs kifs;

  private static Program load;

  @BeforeAll
  static void mount() {
    load = Program.load(50, 4, 10);
  }

  @AfterAll
  static void unmount() {
    load.close();
  }

  @Test
  void everyToolReadsAConstant() {
    String all = kifs.read("README");
    assertTrue(all.contains("ATTRIBUTES"), all);
    for (String tool :
        List.of(
            "cat $1",
            "cat < $1",
            "head -c 1000000 $1",
            "head -n 100000 $1",
            "tail -n +1 $1",
            "tail -c 1000000 $1",
            "dd if=$1 bs=1 status=none",
            "dd if=$1 bs=7 status=none",
            "dd if=$1 bs=1M status=none",
            "cp $1 $2/copy && cat $2/copy",
            "cp --sparse=always --reflink=auto $1 $2/copy && cat $2/copy",
            "install -m 644 $1 $2/copy && cat $2/copy",
            "grep -a '' $1",
            "sed -n p $1",
            "awk 1 $1",
            "sort -s -k999 $1 >/dev/null && cat $1",
            "mapfile -d '' -t all < $1; printf %s \"$all\"",
            "printf '%s\\n' \"$(<$1)\"",
            "while IFS= read -r line; do printf '%s\\n' \"$line\"; done < $1",
            "tar cf - -C ${1%/*} ${1##*/} | tar xOf -")) {
      assertEquals(all, Run.bash(tool, kifs.path("README"), directory).silent().out(), () -> tool);
    }
  }

  /** The size of these files is reported as 0, as in /proc. */
  @ParameterizedTest
  @ValueSource(strings = {"cmdline", "exe", "comm", "start"})
  void everyToolReadsATextThatIsMadeByTheRead(String name) {
    String path = "processes/" + load.pid() + "/" + name;
    String all = Run.bash("cat $1", kifs.path(path)).silent().out();
    assertTrue(all.endsWith("\n"), all);
    for (String tool :
        List.of(
            "cat < $1",
            "head -c 1000000 $1",
            "tail -c 1000000 $1",
            "tail -n 100 $1",
            "dd if=$1 bs=1 status=none",
            "dd if=$1 bs=64K status=none",
            "cp $1 $2/copy && cat $2/copy",
            "grep -a '' $1",
            "printf '%s\\n' \"$(<$1)\"",
            "while IFS= read -r line; do printf '%s\\n' \"$line\"; done < $1",
            "python3 -c 'import sys; sys.stdout.write(open(sys.argv[1]).read())' $1",
            "python3 -c 'import sys; sys.stdout.writelines(open(sys.argv[1]))' $1")) {
      assertEquals(all, Run.bash(tool, kifs.path(path), directory).silent().out(), () -> tool);
    }
    assertEquals(
        all.length(),
        Integer.parseInt(Run.bash("wc -c < $1", kifs.path(path)).silent().out().strip()));
    assertEquals(
        all.substring(1), Run.bash("dd if=$1 bs=1 skip=1 status=none", kifs.path(path)).out());
    assertEquals(all.substring(all.length() - 2), Run.bash("tail -c 2 $1", kifs.path(path)).out());
  }

  @Test
  void javaReadsWholeFiles() throws IOException {
    String comm = Files.readString(kifs.path("processes/" + load.pid() + "/comm"));
    assertEquals("load\n", comm);
    assertEquals(
        List.of("load"), Files.readAllLines(kifs.path("processes/" + load.pid() + "/comm")));
    bulk(Files.readAllBytes(kifs.path("bulk")));
  }

  private static BulkReader bulk(byte[] bytes) {
    try {
      return new BulkReader(ByteBuffer.wrap(bytes));
    } catch (BulkFormatException e) {
      throw new AssertionError(bytes.length + " bytes", e);
    }
  }

  @Test
  void aBulkInPiecesIsOneSnapshot() throws IOException {
    for (String tool :
        List.of(
            "cat $1 > $2",
            "dd if=$1 of=$2 bs=1000 status=none",
            "dd if=$1 of=$2 bs=64K status=none",
            "dd if=$1 of=$2 bs=100M status=none iflag=fullblock",
            "cp $1 $2",
            "head -c 1G $1 > $2",
            "tail -c 1000000000 $1 > $2")) {
      Path copy = directory.resolve("bulk");
      Run.bash(tool, kifs.path("bulk"), copy).silent();
      byte[] bytes = Files.readAllBytes(copy);
      BulkReader bulk = bulk(bytes);
      assertEquals(bytes.length, bulk.snapshot().get(SnapshotRecord.BYTES), tool);
      assertTrue(bulk.count(ThreadRecord.TYPE) >= 200, tool);
    }
  }

  @Test
  void everyReadAtTheBeginningIsANewSnapshot() throws IOException {
    try (FileChannel file = FileChannel.open(kifs.path("bulk"))) {
      long before = -1;
      long beganBefore = -1;
      for (int i = 0; i < 20; i++) {
        long asked = boottimeNs();
        ByteBuffer bytes = ByteBuffer.allocate(16 << 20);
        assertTrue(file.read(bytes, 0) > 0);
        // The kernel divides a large read into several requests, and Java doesn't always read the
        // rest.
        while (file.read(bytes, bytes.position()) > 0) {
          assertTrue(bytes.hasRemaining());
        }
        byte[] all = new byte[bytes.flip().remaining()];
        bytes.get(all);
        BulkReader bulk = bulk(all);
        long sequence = bulk.snapshot().get(SnapshotRecord.SEQUENCE);
        long began = bulk.snapshot().get(SnapshotRecord.BOOTTIME);
        assertTrue(sequence > before && began > beganBefore, sequence + " after " + before);
        assertTrue(began >= asked, "older than the read by " + (asked - began) + " ns");
        before = sequence;
        beganBefore = began;
      }
    }
  }

  /** CLOCK_BOOTTIME rounded down to 10 ms, the resolution of /proc/uptime. */
  private static long boottimeNs() throws IOException {
    String uptime = Files.readString(Path.of("/proc/uptime")).split(" ")[0];
    return new BigDecimal(uptime).movePointRight(9).longValueExact();
  }

  @Test
  void oneReadOfACProgramOrPythonGetsAll() {
    String out =
        Run.python(
                """
                import os, struct, sys
                fd = os.open(sys.argv[1], os.O_RDONLY)
                for i in range(5):
                    bulk = os.pread(fd, 64 << 20, 0)
                    print(len(bulk) == struct.unpack_from("<Q", bulk, 56)[0])
                first = os.read(fd, 1000)
                second = os.read(fd, 1000)
                old = os.pread(fd, 64 << 20, 2000)
                print(len(first + second + old) == struct.unpack_from("<Q", first, 56)[0])
                print(os.read(fd, 0), os.pread(fd, 10, 1 << 40))
                """,
                kifs.path("bulk"))
            .silent()
            .out();
    assertEquals("True\n".repeat(6) + "b'' b''\n", out);
  }

  @Test
  void readsElsewhereContinueTheSnapshotOfTheFile() {
    String out =
        Run.python(
                """
                import os, sys
                K = sys.argv[1]
                a, b = (os.open(K + "/bulk", os.O_RDONLY) for _ in "ab")
                one, other = os.pread(a, 1 << 26, 0), os.pread(b, 1 << 26, 0)
                print(one != other, os.pread(a, 1 << 26, 5) == one[5:], os.pread(b, 99, 40) == other[40:139])
                # The first read of a file, elsewhere than at its beginning, has nothing to continue.
                c = os.open(K + "/bulk", os.O_RDONLY)
                middle = os.pread(c, 64, 160)
                print(middle == os.pread(c, 64, 160), os.pread(c, 64, 0)[8:16])
                """,
                kifs.path())
            .silent()
            .out();
    assertEquals("True True True\nTrue b'KIFSBULK'\n", out);
  }

  private static void compileTop() {
    Run.of(
            "gcc",
            "-std=c99",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-I",
            kifs.path("schema").toString(),
            "-o",
            directory.resolve("top").toString(),
            Project.CLIENTS.resolve("top.c").toString())
        .silent();
  }

  /** The clients know the format only from schema/kifs.h and schema/kifs.py of the mount. */
  @Test
  void theClientsPrintTheSameTenBiggest() throws IOException {
    compileTop();
    Path bulk = directory.resolve("one-bulk");
    Files.write(bulk, Files.readAllBytes(kifs.path("bulk")));
    String c = Run.of(directory.resolve("top").toString(), bulk.toString()).silent().out();
    String python =
        Run.of(
                "python3",
                Project.CLIENTS.resolve("top.py").toString(),
                bulk.toString(),
                kifs.path("schema").toString())
            .silent()
            .out();
    assertEquals(c, python);
    assertEquals(11, c.lines().count());
    assertEquals(
        11,
        Run.of(directory.resolve("top").toString(), kifs.path("bulk").toString())
            .silent()
            .out()
            .lines()
            .count());
    assertEquals(
        11,
        Run.of(
                "python3",
                Project.CLIENTS.resolve("top.py").toString(),
                kifs.path("bulk").toString())
            .silent()
            .out()
            .lines()
            .count());
  }

  @Test
  void withoutATreeTheClientsSaySo() {
    compileTop();
    String bulk = directory.resolve("none/bulk").toString();
    for (Run client :
        List.of(
            Run.of(directory.resolve("top").toString(), bulk),
            Run.of("python3", Project.CLIENTS.resolve("top.py").toString(), bulk))) {
      Run.Result result = client.result();
      assertEquals(1, result.status(), result::toString);
      assertTrue(result.err().contains("No such file or directory"), result::toString);
    }
  }

  /** Both keep their tables up to date from changed bulks, while processes come and go. */
  @Test
  void theClientsFollowChanges() {
    String bulk = kifs.path("processes/bulk?changed&comm=kifs-hog&tags=process,command").toString();
    compileTop();
    List<List<String>> commands =
        List.of(
            List.of(directory.resolve("top").toString(), bulk, "0"),
            List.of(
                "python3",
                Project.CLIENTS.resolve("top.py").toString(),
                bulk,
                kifs.path("schema").toString(),
                "0"));
    for (List<String> command : commands) {
      try (Program top = Program.start(Run.of(command.toArray(String[]::new)));
          Program first = Program.hog()) {
        Program second = Program.hog();
        awaitTable(top, Set.of(first.pid(), second.pid()), Set.of());
        second.kill();
        awaitTable(top, Set.of(first.pid()), Set.of(second.pid()));
        Program third = Program.hog();
        awaitTable(top, Set.of(first.pid(), third.pid()), Set.of(second.pid()));
        third.kill();
      }
    }
  }

  /** Waits until a table of the program has some processes, and doesn't have others. */
  private static void awaitTable(Program top, Set<Integer> present, Set<Integer> absent) {
    Set<Integer> found = new HashSet<>();
    boolean isWhole = false;
    while (true) {
      String[] words = top.line().strip().split(" +");
      if (!words[0].equals("pid")) {
        found.add(Integer.parseInt(words[0]));
      } else if (isWhole && found.containsAll(present) && Collections.disjoint(found, absent)) {
        return;
      } else {
        found.clear();
        isWhole = true;
      }
    }
  }

  /** A reader that has enough, such as head, ends the program, as it ends any filter. */
  @Test
  void topEndsQuietlyWhenItsReaderEnds() {
    Run.bash(
            "{ sleep 0.5; python3 \"$1\" \"$2\"; } | true",
            Project.CLIENTS.resolve("top.py"),
            kifs.path("bulk"))
        .silent();
  }

  @Test
  void theBiggestIsTheOneThatPsSays() {
    try (Program hog = Program.hog()) {
      // The process must be bigger than all others on the host.
      long biggest =
          Run.of("ps", "-eo", "rss=")
              .out()
              .lines()
              .mapToLong(s -> Long.parseLong(s.strip()))
              .max()
              .orElseThrow();
      long available = Long.parseLong(kifs.read("system/memory.available").strip());
      long wanted = (biggest << 10) + (64 << 20);
      assumeTrue(wanted * 2 < available, "too little memory");
      hog.command("rss " + wanted);
      String top =
          Run.of(
                  "python3",
                  Project.CLIENTS.resolve("top.py").toString(),
                  kifs.path("bulk").toString())
              .out();
      String ps = Run.bash("ps -eo pid=,rss=,comm= --sort=-rss | head -n 1").out().strip();
      String[] mine = top.lines().toList().get(1).strip().split(" +");
      String[] theirs = ps.split(" +");
      assertEquals(theirs[0], mine[0], top);
      assertEquals(Long.parseLong(theirs[1]) << 10, Long.parseLong(mine[1]));
      assertEquals(theirs[2], mine[3]);
    }
  }

  @Test
  void queriesInNames() {
    long pid = load.pid();
    // Processes are selected by ids, because other processes may have the same name.
    List<String> pids = Run.of("pgrep", "-P", Long.toString(pid)).silent().lines();
    String ours = "&pid=" + pid + "," + String.join(",", pids);
    String comm = ours + "&comm=kifs-load";
    assertEquals(51, count("bulk?tags=process" + ours));
    assertEquals(50, count("bulk?tags=process" + comm));
    assertEquals(200, count("bulk?tags=thread" + comm));
    assertEquals(50 * 6, count("bulk?tags=process,thread,command" + comm));
    assertEquals(50 * 7, count("bulk?tags=process,thread,command,limits" + comm));
    assertEquals(1, count("bulk?tags=process&pid=" + pid));
    assertEquals(2, count("bulk?tags=process&pid=1," + pid));
    assertEquals(0, count("bulk?tags=process&pid=" + pid + "&uid=4294967294"));
    assertEquals(1, count("bulk?tags=process&uid=0&pid=" + pid));
    assertEquals(50, count("bulk?tags=process&state=S&fields=light" + comm));
    assertEquals(50, count("bulk?tags=process&state=S,D&fields=full" + comm));
    assertEquals(0, count("bulk?tags=process&state=T" + comm));
    assertEquals(50, count("bulk?tags=process&comm=%6bifs-load" + ours));
    assertEquals(50, count("bulk?tags=process&comm=other,kifs-load" + ours));
    assertEquals(0, count("bulk?tags=process&cgroup=/no%2Fsuch%2Fgroup" + comm));
    assertEquals(1, count("bulk?tags=system"));
    assertEquals(1, count("bulk?tags=total"));
    assertEquals(4, count("processes/" + pids.get(0) + "/bulk?tags=thread"));
    assertEquals(1, count("processes/" + pids.get(0) + "/bulk?tags=limits"));
    assertEquals(1, count("processes/" + pid + "/threads/" + pid + "/bulk"));
  }

  /** The number of records in the bulk, without SNAPSHOT and TEXT. */
  private static long count(String name) {
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Files.readAllBytes(kifs.path(name))).order(ByteOrder.LITTLE_ENDIAN);
      long count = 0;
      for (int at = 0; at < bytes.limit(); at += bytes.getInt(at + 4)) {
        int tag = bytes.getShort(at) & 0xFFFF;
        count += tag == SnapshotRecord.TYPE.tag() || tag == 2 ? 0 : 1;
      }
      return count;
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  @Test
  void queriesWrittenToAnOpenBulk() {
    String out =
        Run.python(
                """
                import errno, os, struct, sys
                K, pid = sys.argv[1:]
                fd = os.open(K + "/bulk", os.O_RDWR)
                def tags():
                    bulk, at, tags = os.pread(fd, 64 << 20, 0), 0, set()
                    while at < len(bulk):
                        tag, _, size = struct.unpack_from("<HHI", bulk, at)
                        tags.add(tag)
                        at += size
                    return sorted(tags), len(bulk) < 2000
                def write(query):
                    try: return os.write(fd, query)
                    except OSError as e: return errno.errorcode[e.errno]
                print(*tags())
                print(write(b"tags=process&pid=1"), *tags())
                print(write(b"tags=thread&pid=%d\\n" % int(pid)) > 0, *tags())
                print(write(b"tags=rubbish"), *tags())
                print(write(b"pid=\\xff"), *tags())
                print(write(b"\\0" * 10000), *tags())
                print(write(b"\\n"), *tags())
                print(write(b"tags=system\\n"), *tags())
                print(write(b"  "), *tags())
                """,
                kifs.path(), load.pid())
            .silent()
            .out();
    assertEquals(
        """
        [1, 2, 8, 16, 17, 18] False
        18 [1, 16] True
        True [1, 17] True
        EINVAL [1, 17] True
        EINVAL [1, 17] True
        EINVAL [1, 17] True
        1 [1, 2, 8, 16, 17, 18] False
        12 [1, 8] True
        2 [1, 2, 8, 16, 17, 18] False
        """,
        out);
  }

  @Test
  void aShellWritesAQueryAndReadsOn() {
    String out =
        Run.bash(
                """
                exec 3<>"$1/bulk"
                echo "tags=process&pid=1" >&3
                cat <&3 | wc -c
                echo "tags=process&pid=1,$2" >&3
                cat <&3 | wc -c
                echo "tags=rubbish" >&3 || echo refused
                exec 3>&-
                echo "tags=process" > "$1/bulk" && echo taken
                """,
                kifs.path(),
                load.pid())
            .result()
            .out();
    long one = 160 + 24 + ProcessRecord.TYPE.size();
    assertEquals(one + "\n" + (one + ProcessRecord.TYPE.size()) + "\nrefused\ntaken\n", out);
  }

  /** A client decodes every record and field of a bulk with schema/records.json alone. */
  @Test
  void theSchemaIsEnoughToDecodeEverything(TestReporter reporter) {
    String out = Run.pythonFile("decode.py", kifs.path(), load.pid()).silent().out();
    assertTrue(out.matches("(?s)decoded \\d+ records.*"), out);
    reporter.publishEntry("decode.py", out);
  }

  /**
   * A pass over a million threads lasts so long that all readers ask during the first one. Two
   * passes run at a time, and a reader only joins a pass that has not begun. So the first reader
   * has the first pass, those that come before the second pass begins share the second one, and all
   * others share the third one.
   */
  @Test
  void simultaneousReadersShareSnapshots(TestReporter reporter, @TempDir Path million) {
    try (MountedKifs slow =
        MountedKifs.at(million, "readers-million", "--source=simulated:" + Project.MILLION)) {
      String sequences =
          Run.python(
                  """
                  import os, struct, sys, threading
                  name, readers, offset = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
                  together = threading.Barrier(readers)
                  sequences = []
                  def read():
                      fd = os.open(name, os.O_RDONLY)
                      together.wait()
                      snapshot = os.pread(fd, 160, 0)
                      sequences.append(struct.unpack_from("<Q", snapshot, offset)[0])
                      os.close(fd)
                  threads = [threading.Thread(target=read) for _ in range(readers)]
                  for thread in threads:
                      thread.start()
                  for thread in threads:
                      thread.join()
                  print(*sorted(sequences))
                  """,
                  slow.path("bulk?comm=busy"),
                  32,
                  SnapshotRecord.SEQUENCE.offset())
              .silent()
              .out();
      List<String> all = List.of(sequences.strip().split(" "));
      assertEquals(32, all.size(), sequences);
      assertTrue(Set.copyOf(all).size() <= 3, sequences);
      assertEquals(Integer.toString(Set.copyOf(all).size()), slow.about("snapshots"));
      reporter.publishEntry("snapshots of 32 readers", sequences);
      reporter.publishEntry("seconds of a pass", slow.about("snapshots.last.seconds"));
    }
  }

  @Test
  void memoryOfSnapshotsIsReturned() throws IOException {
    try (FileChannel one = FileChannel.open(kifs.path("bulk"));
        FileChannel other = FileChannel.open(kifs.path("processes/" + load.pid() + "/bulk"))) {
      awaitMemoryIsReturned();
      one.read(ByteBuffer.allocate(1), 0);
      long first = lentBytes();
      other.read(ByteBuffer.allocate(1), 0);
      long both = lentBytes();
      assertTrue(0 < first && first < both, "each file keeps its snapshot: " + first + " " + both);
    }
    awaitMemoryIsReturned();
  }

  private static void awaitMemoryIsReturned() {
    Await.until(() -> lentBytes() + " bytes of snapshots are left", () -> lentBytes() == 0);
  }

  private static long lentBytes() {
    return Long.parseLong(kifs.about("snapshots.bytes"));
  }
}
