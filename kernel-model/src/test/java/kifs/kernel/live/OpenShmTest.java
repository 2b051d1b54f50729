package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ShmRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Shared memory without mappings or without a name: who has it open. */
class OpenShmTest {
  private static final Query SHM = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);

  private static final String ONLY_OPEN =
      """
      import ctypes, os, sys
      libc = ctypes.CDLL(None, use_errno=True)
      libc.shmat.restype = ctypes.c_void_p
      fd = os.memfd_create(sys.argv[1]); os.ftruncate(fd, 30 << 20)
      other, child = os.dup(fd), os.fork()
      if child == 0: os.close(other); sys.stdin.close(); libc.pause()
      path = "/dev/shm/" + sys.argv[1]
      file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600); os.ftruncate(file, 8192); os.unlink(path)
      shmid = libc.shmget(0, 12288, 0o1600); libc.shmat(shmid, None, 0); libc.shmctl(shmid, 0, None)
      print(child, shmid, os.stat(file).st_ino, flush=True)
      print("ready", flush=True)
      sys.stdin.read(); os.kill(child, 9); os.wait()
      """;

  /** Objects that no process maps but some have open, and objects whose names were removed. */
  @ParameterizedTest
  @EnumSource(names = {"PROCFS", "SWEEP"})
  void whatIsOnlyOpenOrUnlinked(AnySource which) throws Exception {
    String name = "kifs-open-" + ProcessHandle.current().pid();
    try (KernelSource source = which.open();
        Program program = Program.ready(List.of("python3", "-c", ONLY_OPEN, name))) {
      String[] words = program.lines().get(0).split(" ");
      try (Bulk bulk = Bulks.collect(source, SHM)) {
        Record memfd = only(bulk, ShmRecord.MEMFD, shm -> name(bulk, shm).equals(name));
        assertEquals(0, memfd.get(ShmRecord.USERS));
        assertEquals(2, memfd.get(ShmRecord.OPENERS));
        assertEquals(0, memfd.get(ShmRecord.UNLINKED));
        assertEquals(
            Map.of(program.pid(), 2L, Integer.parseInt(words[0]), 1L),
            fds(bulk, memfd.get(ShmRecord.ID)));
        long inode = Long.parseLong(words[2]);
        Record file = only(bulk, ShmRecord.POSIX, shm -> shm.get(ShmRecord.INODE) == inode);
        assertEquals(name, name(bulk, file));
        assertEquals(8192, file.get(ShmRecord.SIZE));
        assertEquals(1, file.get(ShmRecord.OPENERS));
        assertEquals(1, file.get(ShmRecord.UNLINKED));
        long shmid = Long.parseLong(words[1]);
        Record systemV = only(bulk, ShmRecord.SYSTEM_V, shm -> shm.get(ShmRecord.INODE) == shmid);
        assertEquals(1, systemV.get(ShmRecord.USERS));
        assertEquals(0, systemV.get(ShmRecord.OPENERS));
        assertEquals(1, systemV.get(ShmRecord.UNLINKED));
        for (Record shm : List.of(memfd, file, systemV)) {
          try (ShmRef ref = source.shm(shm.get(ShmRecord.ID)).orElseThrow()) {
            Record one = Record.allocate(ShmRecord.TYPE);
            long fields = ShmRecord.OPENERS.bit() | ShmRecord.UNLINKED.bit();
            assertTrue(ref.read(fields, one, Cancellation.NEVER));
            assertEquals(shm.get(ShmRecord.OPENERS), one.get(ShmRecord.OPENERS));
            assertTrue(ref.read(ShmRecord.UNLINKED.bit(), one, Cancellation.NEVER));
            assertEquals(shm.get(ShmRecord.UNLINKED), one.get(ShmRecord.UNLINKED));
          }
        }
      }
    }
  }

  private static Record only(Bulk bulk, int kind, Predicate<Record> which) {
    List<Record> found =
        Bulks.records(bulk, ShmRecord.TYPE).stream()
            .filter(shm -> shm.get(ShmRecord.KIND) == kind && which.test(shm))
            .toList();
    assertEquals(1, found.size());
    return found.get(0);
  }

  /** The number of fds of an object in each process that has it open. */
  private static Map<Integer, Long> fds(Bulk bulk, long id) {
    Map<Integer, Long> fds = new TreeMap<>();
    bulk.forEach(
        ShmUserRecord.TYPE,
        user -> {
          if (user.get(ShmUserRecord.ID) == id && user.get(ShmUserRecord.FDS) > 0) {
            fds.put((int) user.get(ShmUserRecord.PID), user.get(ShmUserRecord.FDS));
          }
        });
    return fds;
  }

  private static String name(Bulk bulk, Record shm) {
    byte[] text = bulk.text(shm.get(ShmRecord.NAME_OFFSET), (int) shm.get(ShmRecord.NAME_LENGTH));
    return new String(text, StandardCharsets.UTF_8);
  }
}
