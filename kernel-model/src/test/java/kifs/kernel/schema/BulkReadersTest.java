package kifs.kernel.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.testing.Bulks;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The readers in C and Python, which are generated, read any bulk, and survive any bytes. */
class BulkReadersTest {
  private static final int MUTATED = 10_000;
  private static final String BAD = "bad";

  private static final String SCRIPT =
      """
      host name=tiny processors=2 memory=1G
      0s spawn 100 comm=java rss=200M fds=2 cmdline="java -jar shop.jar" exe=/usr/bin/java
      0s thread 100 101 comm=mailer
      0s spawn 200 comm=b\u00e4r
      0s open 100 7 regular path=/srv/data inode=77
      0s shm pool kind=posix size=1M resident=4K
      0s map 100 pool bytes=1M
      0s block 100/101 mutex 0x7f3a10002a40 owner=100/100
      """;

  @TempDir Path directory;
  private byte[] good;

  @BeforeEach
  void makeBulk() throws Exception {
    Files.writeString(directory.resolve("kifs.h"), CHeader.text());
    Files.writeString(directory.resolve("kifs.py"), PythonModule.text());
    Query query = Query.of(Records.ALL.subList(1, Records.ALL.size())).withDetail(Detail.FULL);
    try (SimulatedKernel kernel = SimulationScript.parse(SCRIPT).start(new VirtualClock());
        Bulk bulk = Bulks.collect(kernel, query)) {
      good = Bulks.bytes(bulk);
    }
  }

  /** Both readers, and a check that they agree. Returns a line for each bulk. */
  private List<String> read(List<byte[]> bulks) throws IOException {
    Path file = directory.resolve("bulks");
    try (OutputStream out = Files.newOutputStream(file)) {
      for (byte[] bulk : bulks) {
        out.write(littleEndian(4).putInt(bulk.length).array());
        out.write(bulk);
      }
    }
    Path program = directory.resolve("read-bulks");
    Run.of(
            "gcc",
            "-std=c99",
            "-g",
            "-O1",
            "-Wall",
            "-Wextra",
            "-pedantic",
            "-Werror",
            "-fsanitize=address,undefined",
            "-fno-sanitize-recover=all",
            "-I" + directory,
            "-o",
            program.toString(),
            Project.PROGRAMS.resolve("read-bulks.c").toString())
        .silent();
    List<String> c = Run.of(program.toString(), file.toString()).silent().lines();
    List<String> python = Run.pythonFile("read_bulks.py", directory, file).silent().lines();
    assertEquals(bulks.size(), c.size());
    assertEquals(c.size(), python.size());
    for (int i = 0; i < c.size(); i++) {
      assertEquals(c.get(i), python.get(i), "bulk " + i);
    }
    return c;
  }

  @Test
  void theyFindEveryRecordAndText() throws Exception {
    BulkReader reader = new BulkReader(ByteBuffer.wrap(good));
    long records =
        Records.ALL.stream().filter(type -> type.hasAbsent()).mapToLong(reader::count).sum();
    String[] found = read(List.of(good)).get(0).split(" ");
    assertEquals(records, Long.parseLong(found[0]));
    assertTrue(Long.parseLong(found[1]) > "java -jar shop.jar".length(), found[1]);
  }

  @Test
  void theySurviveMutatedBulks() throws Exception {
    Random random = new Random(15);
    List<byte[]> bulks = new ArrayList<>();
    for (int i = 0; i < MUTATED; i++) {
      bulks.add(mutated(random));
    }
    List<String> found = read(bulks);
    assertTrue(found.stream().filter(BAD::equals).count() > MUTATED / 10);
    for (int i = 0; i < MUTATED; i++) {
      if (isBulk(bulks.get(i))) {
        assertTrue(!found.get(i).equals(BAD), "bulk " + i);
      }
    }
  }

  /** Whether kifs itself takes the bytes for a bulk. Its own reader checks more than the others. */
  private static boolean isBulk(byte[] bytes) {
    try {
      return new BulkReader(ByteBuffer.wrap(bytes)).size() > 0;
    } catch (BulkFormatException e) {
      return false;
    }
  }

  /** A copy of the bulk that is cut off, or in which some words are others. */
  private byte[] mutated(Random random) {
    byte[] copy = good.clone();
    if (random.nextInt(10) == 0) {
      return Arrays.copyOf(copy, random.nextInt(copy.length));
    }
    ByteBuffer bytes = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    for (int n = 1 + random.nextInt(3); n > 0; n--) {
      // Half of the changes are in the first record, on whose figures everything else depends.
      int end = random.nextBoolean() ? 500 : copy.length;
      int at = random.nextInt(end / 4) * 4;
      switch (random.nextInt(5)) {
        case 0 -> bytes.put(at, (byte) random.nextInt());
        case 1 -> bytes.putInt(at, random.nextInt(2 * copy.length));
        case 2 -> bytes.putInt(at, bytes.getInt(at) + 8 * (random.nextInt(5) - 2));
        case 3 -> bytes.putInt(at, -1 >>> random.nextInt(Integer.SIZE));
        default -> bytes.putInt(at, random.nextInt());
      }
    }
    return copy;
  }

  /**
   * A kifs that is older than the reader makes shorter records; a newer one makes longer records.
   * What the older one lacks is absent.
   */
  @Test
  void recordsOfOtherVersions() throws Exception {
    int size = ProcessRecord.TYPE.size();
    byte[] shorter = oneProcess(ProcessRecord.RSS.offset());
    byte[] longer = oneProcess(size + 64);
    assertEquals(List.of("1 0", "1 0"), read(List.of(shorter, longer)));
    Files.write(directory.resolve("shorter"), shorter);
    Files.write(directory.resolve("longer"), longer);
    String python =
        """
        import sys
        sys.path.insert(0, sys.argv[1])
        import kifs
        for name in "shorter", "longer":
            for process in kifs.read(f"{sys.argv[1]}/{name}").records("PROCESS"):
                print(process.pid, process.rss_bytes)
        """;
    assertEquals("42 None\n42 7\n", Run.python(python, directory).silent().out());
    Files.writeString(
        directory.resolve("versions.c"),
        """
        #include <fcntl.h>
        #include <stdio.h>
        #include "kifs.h"

        int main(void)
        {
          const char *names[] = {"shorter", "longer"};
          struct kifs_bulk bulk = {0};
          for (int i = 0; i < 2; i++) {
            struct kifs_process process;
            const char *error = kifs_read(&bulk, open(names[i], O_RDONLY));
            struct kifs_cursor cursor = kifs_records(&bulk, KIFS_PROCESS);
            while (kifs_next_process(&cursor, &process))
              printf("%d %d %d\\n", (int)process.pid, (int)process.rss_bytes,
                     kifs_has(&process, KIFS_PROCESS_RSS_BYTES));
            if (error)
              puts(error);
          }
          puts(kifs_read(&bulk, open("versions.c", O_RDONLY)));
          puts(kifs_read(&bulk, -1));
          kifs_free(&bulk);
        }
        """);
    Run.of("gcc", "-std=c99", "-o", "versions", "versions.c").in(directory).silent();
    assertEquals(
        List.of(
            "42 0 0",
            "42 7 1",
            "not a bulk: it doesn't begin with SNAPSHOT",
            "Bad file descriptor"),
        Run.of("./versions").in(directory).silent().lines());
  }

  /** A bulk with a PROCESS of that many bytes, of which the pid is 42 and the RSS is 7. */
  private static byte[] oneProcess(int size) {
    int first = SnapshotRecord.TYPE.size() + SnapshotRecord.ENTRY_BYTES;
    ByteBuffer bytes = littleEndian(first + size);
    bytes.putShort(0, (short) SnapshotRecord.TYPE.tag()).putInt(4, first);
    bytes.position(SnapshotRecord.MAGIC.offset());
    bytes.put(SnapshotRecord.MAGIC_VALUE.getBytes(StandardCharsets.US_ASCII));
    bytes.putShort(SnapshotRecord.MAJOR.offset(), (short) SnapshotRecord.MAJOR_VALUE);
    bytes.putShort(SnapshotRecord.ENTRIES.offset(), (short) 1);
    bytes.putLong(SnapshotRecord.BYTES.offset(), bytes.capacity());
    bytes.putLong(SnapshotRecord.RECORDS.offset(), 2);
    int entry = SnapshotRecord.TYPE.size();
    bytes.putShort(entry, (short) ProcessRecord.TYPE.tag());
    bytes.putLong(entry + 8, 1).putLong(entry + 16, first);
    bytes.putShort(first, (short) ProcessRecord.TYPE.tag()).putInt(first + 4, size);
    bytes.putInt(first + ProcessRecord.PID.offset(), 42);
    if (size > ProcessRecord.RSS.offset()) {
      bytes.putLong(first + ProcessRecord.RSS.offset(), 7);
    }
    byte[] all = new byte[bytes.capacity()];
    bytes.get(0, all);
    return all;
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
