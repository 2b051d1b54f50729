package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.PathTooLongException;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A file whose path the kernel doesn't show, as it is longer than 4,095 bytes. */
class DeepPathTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void theFdIsOpenButHasNoPath(AnySource which) throws Exception {
    try (KernelSource source = which.open();
        Program program = Program.run("deep-path", directory).cleaningUp();
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      Path link = Path.of("/proc/" + program.pid() + "/fd/3");
      assertThrows(FileSystemException.class, () -> Files.readSymbolicLink(link));
      long inode = (long) Files.getAttribute(link, "unix:ino");
      Query query = Query.of(FdRecord.TYPE).withPids(Set.of(program.pid()));
      try (Bulk bulk = Bulks.collect(source, query)) {
        assertEquals(process.fds().length, bulk.count(FdRecord.TYPE));
        check(Bulks.records(bulk, FdRecord.TYPE), inode);
      }
      try (Bulk bulk = Bulks.fill(source, query, into -> assertTrue(process.collectFd(3, into)))) {
        check(Bulks.records(bulk, FdRecord.TYPE), inode);
      }
      assertThrows(PathTooLongException.class, process::executable);
    }
  }

  private static void check(List<Record> fds, long inode) {
    Record fd = fds.stream().filter(one -> one.get(FdRecord.FD) == 3).findFirst().orElseThrow();
    assertFalse(fd.has(FdRecord.PATH_OFFSET) || fd.has(FdRecord.PATH_LENGTH));
    assertEquals(inode, fd.get(FdRecord.INODE));
    assertEquals(FdRecord.REGULAR, fd.get(FdRecord.TYPE_OF_FILE));
    assertTrue(fd.has(FdRecord.POSITION) && fd.has(FdRecord.DEVICE));
  }
}
