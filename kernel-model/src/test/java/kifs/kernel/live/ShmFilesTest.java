package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that are shared memory: of any tmpfs, if they are mapped, and of any name. */
class ShmFilesTest {
  private static final Query SHM = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final long BYTES = 8 << 20;

  /** Maps a file as shared memory, writes all of it, and maps it once more, privately. */
  private static final String MAPPER =
      """
      import mmap, os, sys
      f = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
      os.ftruncate(f, 8 << 20)
      m = mmap.mmap(f, 8 << 20)
      m.write(b'x' * (8 << 20))
      p = mmap.mmap(f, 8 << 20, mmap.MAP_PRIVATE)
      os.close(f)
      print('ready', flush=True)
      input()
      """;

  @TempDir Path directory;

  private static Record find(Bulk bulk, String name) {
    return Bulks.records(bulk, ShmRecord.TYPE).stream()
        .filter(shm -> name(bulk, shm).equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " isn't there"));
  }

  private static String name(Bulk bulk, Record shm) {
    byte[] text = bulk.text(shm.get(ShmRecord.NAME_OFFSET), (int) shm.get(ShmRecord.NAME_LENGTH));
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The tmpfs is mounted only in the program's own namespace, as that of a container is. */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP"})
  void aMappedFileOfAnyTmpfs(AnySource which) throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "-m", "true").start().waitFor() == 0,
        "no right to make namespaces");
    String file = directory.resolve("shared").toString();
    String mount = "mount -t tmpfs kifs-test \"$0\" && exec python3 -c \"$1\" \"$2\"";
    List<String> command =
        List.of("unshare", "-m", "sh", "-c", mount, directory.toString(), MAPPER, file);
    try (KernelSource source = which.open();
        Program program = Program.ready(command);
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      try (Bulk bulk = Bulks.collect(source, SHM)) {
        Record shm = find(bulk, file);
        assertEquals(ShmRecord.TMPFS, shm.get(ShmRecord.KIND));
        assertEquals(BYTES, shm.get(ShmRecord.SIZE));
        assertEquals(BYTES, shm.get(ShmRecord.RESIDENT));
        assertEquals(0, shm.get(ShmRecord.SWAPPED));
        assertEquals(1, shm.get(ShmRecord.USERS));
        Record user =
            Bulks.records(bulk, ShmUserRecord.TYPE).stream()
                .filter(one -> one.get(ShmUserRecord.ID) == shm.get(ShmRecord.ID))
                .findFirst()
                .orElseThrow();
        assertEquals(program.pid(), user.get(ShmUserRecord.PID));
        assertEquals(BYTES, user.get(ShmUserRecord.MAPPED));
        try (ShmRef ref = source.shm(shm.get(ShmRecord.ID)).orElseThrow()) {
          Record one = Record.allocate(ShmRecord.TYPE);
          assertTrue(ref.read(ShmRecord.RESIDENT.bit(), one, Cancellation.NEVER));
          assertEquals(BYTES, one.get(ShmRecord.RESIDENT));
        }
      }
      Record record = Record.allocate(ProcessRecord.TYPE);
      long fields = ProcessRecord.SHM.bit() | ProcessRecord.RSS_SHMEM.bit();
      assertTrue(process.read(fields, record));
      assertEquals(BYTES, record.get(ProcessRecord.SHM));
      assertEquals(BYTES, record.get(ProcessRecord.RSS_SHMEM), "what the kernel counts");
    }
  }

  /** The end of a name may look like the kernel's mark of a deleted file. */
  @ParameterizedTest
  @CsvSource({"PROCFS", "SWEEP"})
  void namesThatEndLikeDeletedFiles(AnySource which) throws Exception {
    String name = "kifs-" + ProcessHandle.current().pid() + "-" + which;
    Path mapped = Path.of("/dev/shm/" + name + "-mapped (deleted)");
    Path unmapped = Path.of("/dev/shm/" + name + "-unmapped (deleted)");
    Path gone = Path.of("/dev/shm/" + name + "-gone");
    List<String> python = List.of("python3", "-c", MAPPER);
    try (KernelSource source = which.open();
        Program program = Program.ready(with(python, mapped));
        Program other = Program.ready(with(python, gone))) {
      Files.write(unmapped, new byte[4096]);
      Files.delete(gone);
      try (Bulk bulk = Bulks.collect(source, SHM)) {
        assertEquals(BYTES, find(bulk, name + "-mapped (deleted)").get(ShmRecord.SIZE));
        assertEquals(4096, find(bulk, name + "-unmapped (deleted)").get(ShmRecord.SIZE));
        assertEquals(BYTES, find(bulk, name + "-gone").get(ShmRecord.SIZE));
      }
      // Here no listing tells that the file exists.
      Query ofOne = SHM.withPids(Set.of(program.pid()));
      try (Bulk bulk = Bulks.collect(source, ofOne)) {
        assertEquals(BYTES, find(bulk, name + "-mapped (deleted)").get(ShmRecord.SIZE));
      }
      try (Bulk bulk = Bulks.collect(source, SHM.withPids(Set.of(other.pid())))) {
        assertEquals(BYTES, find(bulk, name + "-gone").get(ShmRecord.SIZE));
      }
    } finally {
      Files.deleteIfExists(mapped);
      Files.deleteIfExists(unmapped);
      Files.deleteIfExists(gone);
    }
  }

  private static List<String> with(List<String> command, Path file) {
    return java.util.stream.Stream.concat(command.stream(), java.util.stream.Stream.of("" + file))
        .toList();
  }
}
