package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared memory of this host, compared with ipcs, /dev/shm and /proc/[pid]/maps. */
class LiveShmTest {
  private static final Query SHM = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final Path PROC = Path.of("/proc");
  private static final int TRIES = 5;

  @TempDir Path directory;

  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(PROC);
  }

  /** Ends a program that removes its shared memory when its input ends. */
  private static void end(Program program) throws Exception {
    program.endInput();
    program.await();
  }

  private static String name(Bulk bulk, Record shm) {
    byte[] text = bulk.text(shm.get(ShmRecord.NAME_OFFSET), (int) shm.get(ShmRecord.NAME_LENGTH));
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The bytes of one object that each process maps, by pid. */
  private static Map<Integer, Long> users(Bulk bulk, long id) {
    Map<Integer, Long> users = new TreeMap<>();
    bulk.forEach(
        ShmUserRecord.TYPE,
        user -> {
          if (user.get(ShmUserRecord.ID) == id && user.get(ShmUserRecord.MAPPINGS) > 0) {
            users.put((int) user.get(ShmUserRecord.PID), user.get(ShmUserRecord.MAPPED));
          }
        });
    return users;
  }

  @Test
  void everyKindWithItsUsers() throws Exception {
    String tag = "kifs-test-" + ProcessHandle.current().pid();
    try (KernelSource source = openSource();
        Program program = Program.run("shm-users", tag).cleaningUp()) {
      int child = Integer.parseInt(program.lines().get(8).split(" ")[1]);
      try (Bulk bulk = Bulks.collect(source, SHM)) {
        for (String line : program.lines().subList(0, 8)) {
          String[] words = line.split(" ");
          Map<Integer, Long> expected = new TreeMap<>();
          if (!words[5].equals("0")) {
            expected.put(program.pid(), Long.parseLong(words[5]));
          }
          if (!words[6].equals("0")) {
            expected.put(child, Long.parseLong(words[6]));
          }
          Record shm = find(bulk, words, expected);
          assertEquals(Long.parseLong(words[3]), shm.get(ShmRecord.RESIDENT), line);
          assertEquals(Long.parseLong(words[4]), shm.get(ShmRecord.USERS), line);
          assertEquals(0, shm.get(ShmRecord.UID), line);
          assertTrue(shm.has(ShmRecord.UNLINKED), line);
          assertEquals(words[1].endsWith("-unlinked") ? 1 : 0, shm.get(ShmRecord.UNLINKED), line);
          checkRef(source, shm, words);
        }
      }
      checkProcess(source, program);
      end(program);
      long[] left = source.shmIds(Cancellation.NEVER);
      try (Bulk after = Bulks.collect(source, SHM)) {
        after.forEach(ShmRecord.TYPE, shm -> assertFalse(name(after, shm).startsWith(tag)));
      }
      assertEquals(left.length, java.util.Arrays.stream(left).distinct().count());
    }
  }

  /** Finds the only object that matches a line of the program. */
  private static Record find(Bulk bulk, String[] words, Map<Integer, Long> users) {
    String name = words[1].equals("-") ? "" : words[1];
    List<Record> found =
        Bulks.records(bulk, ShmRecord.TYPE).stream()
            .filter(shm -> ShmRecord.KINDS.get((int) shm.get(ShmRecord.KIND)).equals(words[0]))
            .filter(shm -> name(bulk, shm).equals(name))
            .filter(shm -> shm.get(ShmRecord.SIZE) == Long.parseLong(words[2]))
            .filter(shm -> users(bulk, shm.get(ShmRecord.ID)).equals(users))
            .toList();
    assertEquals(1, found.size(), String.join(" ", words));
    return found.get(0);
  }

  /** A reference by the id alone has the same figures as the record. */
  private static void checkRef(KernelSource source, Record shm, String[] words) {
    try (ShmRef ref = source.shm(shm.get(ShmRecord.ID)).orElseThrow()) {
      Record one = Record.allocate(ShmRecord.TYPE);
      assertTrue(ref.read(ShmRecord.SIZE.bit(), one, Cancellation.NEVER));
      assertEquals(shm.get(ShmRecord.SIZE), one.get(ShmRecord.SIZE));
      assertFalse(one.has(ShmRecord.USERS));
      assertTrue(ref.read(ShmRecord.USERS.bit(), one, Cancellation.NEVER));
      assertEquals(Long.parseLong(words[4]), one.get(ShmRecord.USERS));
      assertEquals(words[1].equals("-") ? "" : words[1], ref.name().orElseThrow());
    }
  }

  private static void checkProcess(KernelSource source, Program program) throws IOException {
    try (ProcessRef process = source.process(program.pid()).orElseThrow()) {
      Record record = Record.allocate(ProcessRecord.TYPE);
      assertTrue(process.read(ProcessRecord.SHM.bit(), record));
      assertEquals((8 + 2 + 6 + 7) << 20, record.get(ProcessRecord.SHM));
      try (Bulk bulk = Bulks.collect(source, process, SHM)) {
        assertEquals(
            4,
            Bulks.records(bulk, ShmUserRecord.TYPE).stream()
                .filter(user -> user.get(ShmUserRecord.MAPPINGS) > 0)
                .count());
        // Two more objects are only open.
        assertEquals(6, bulk.count(ShmUserRecord.TYPE));
        assertEquals(6, bulk.count(ShmRecord.TYPE));
        bulk.forEach(
            ShmRecord.TYPE,
            shm -> {
              assertTrue(shm.has(ShmRecord.SIZE));
              assertFalse(shm.has(ShmRecord.OPENERS));
              assertFalse(shm.has(ShmRecord.USERS), "the other users of the object are unknown");
            });
      }
    }
  }

  @Test
  void ipcsAndDevShmListTheSame() throws Exception {
    String tag = "kifs-test2-" + ProcessHandle.current().pid();
    try (KernelSource source = openSource();
        Program program = Program.run("shm-users", tag).cleaningUp()) {
      Map<String, String> sysv = new TreeMap<>();
      Set<String> posix = new HashSet<>();
      try (Bulk bulk = Bulks.collect(source, SHM)) {
        bulk.forEach(
            ShmRecord.TYPE,
            shm -> {
              if (shm.get(ShmRecord.KIND) == ShmRecord.SYSTEM_V) {
                sysv.put(
                    Long.toString(shm.get(ShmRecord.INODE)),
                    name(bulk, shm)
                        + " "
                        + shm.get(ShmRecord.SIZE)
                        + " "
                        + shm.get(ShmRecord.USERS));
              } else if (shm.get(ShmRecord.KIND) == ShmRecord.POSIX) {
                posix.add(name(bulk, shm));
              }
            });
      }
      Process ipcs = new ProcessBuilder("ipcs", "-m").start();
      int compared = 0;
      for (String line :
          new String(ipcs.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .toList()) {
        String[] words = line.trim().split("\\s+");
        if (words[0].startsWith("0x")) {
          assertEquals(words[0] + " " + words[4] + " " + words[5], sysv.get(words[1]), line);
          compared++;
        }
      }
      assertTrue(compared >= 2, compared + " System V objects");
      try (Stream<Path> files = Files.list(Path.of("/dev/shm"))) {
        List<String> ours =
            files.map(f -> f.getFileName().toString()).filter(n -> n.startsWith(tag)).toList();
        assertEquals(2, ours.size());
        assertTrue(posix.containsAll(ours), ours + " in " + posix);
      }
      end(program);
    }
  }

  @Test
  void mappingsOfEveryProcessAddUp() throws Exception {
    String tag = "kifs-test3-" + ProcessHandle.current().pid();
    try (KernelSource source = openSource();
        Program program = Program.run("shm-users", tag).cleaningUp()) {
      Set<String> different = differences(source);
      for (int i = 1; i < TRIES && !different.isEmpty(); i++) {
        // A busy process may map the same twice between two passes.
        different.retainAll(differences(source));
      }
      assertEquals(Set.of(), different);
      end(program);
    }
  }

  private static Set<String> differences(KernelSource source) throws IOException {
    Map<String, Long> before = plainMappings();
    Map<String, Long> found = new TreeMap<>();
    try (Bulk bulk = Bulks.collect(source, SHM)) {
      Map<Long, Record> objects = new HashMap<>();
      Bulks.records(bulk, ShmRecord.TYPE).forEach(shm -> objects.put(shm.get(ShmRecord.ID), shm));
      bulk.forEach(
          ShmUserRecord.TYPE,
          user -> {
            Record shm = objects.get(user.get(ShmUserRecord.ID));
            if (user.get(ShmUserRecord.MAPPINGS) == 0) {
              return; // The process only has it open.
            }
            if (shm.get(ShmRecord.KIND) == ShmRecord.TMPFS) {
              // The paths of such files tell nothing. ShmFilesTest has them.
              return;
            }
            String key = user.get(ShmUserRecord.PID) + " " + shm.get(ShmRecord.INODE);
            found.merge(key, user.get(ShmUserRecord.MAPPED), Long::sum);
          });
    }
    Map<String, Long> after = plainMappings();
    Set<String> different = new HashSet<>();
    int compared = 0;
    for (Map.Entry<String, Long> mapping : before.entrySet()) {
      if (mapping.getValue().equals(after.get(mapping.getKey()))) {
        if (!mapping.getValue().equals(found.get(mapping.getKey()))) {
          different.add(mapping.getKey());
        }
        compared++;
      }
    }
    assertTrue(compared >= 8, compared + " users compared");
    found.keySet().removeAll(before.keySet());
    found.keySet().removeAll(after.keySet());
    different.addAll(found.keySet());
    return different;
  }

  /** The mapped bytes, by {@code pid inode}. */
  private static Map<String, Long> plainMappings() throws IOException {
    Map<String, Long> mapped = new TreeMap<>();
    try (Stream<Path> all = Files.list(PROC)) {
      for (Path process : all.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        try {
          String maps =
              new String(Files.readAllBytes(process.resolve("maps")), StandardCharsets.ISO_8859_1);
          for (String line : maps.lines().toList()) {
            // The fourth flag is s if other processes can share the mapping.
            if (line.matches("[^ ]+ ...s .* (/dev/shm/|/memfd:|/SYSV|/dev/zero \\(deleted).*")) {
              String[] words = line.split("\\s+");
              String[] range = words[0].split("-");
              long bytes = Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16);
              mapped.merge(process.getFileName() + " " + words[4], bytes, Long::sum);
            }
          }
        } catch (IOException e) {
          // The process has vanished, or the kernel refuses to read it.
        }
      }
    }
    return mapped;
  }

  private static final String STORM =
      "import os,mmap\nprint('ready',flush=True)\nwhile True:\n"
          + " m=mmap.mmap(-1,1<<20); f=os.memfd_create('storm'); os.ftruncate(f,4096)\n"
          + " n=mmap.mmap(f,4096); p=os.fork()\n if p==0: os._exit(0)\n"
          + " m.close(); n.close(); os.close(f); os.waitpid(p,0)";

  @Test
  void objectsThatVanishAreOmitted() throws Exception {
    try (KernelSource source = openSource();
        Program storm = Program.ready(List.of("python3", "-c", STORM))) {
      for (int pass = 0; pass < 40; pass++) {
        try (Bulk bulk = Bulks.collect(source, SHM)) {
          Set<Long> ids = new HashSet<>();
          long[] last = {-1};
          bulk.forEach(
              ShmRecord.TYPE,
              shm -> {
                assertTrue(shm.get(ShmRecord.ID) > last[0], "ascending, none twice");
                last[0] = shm.get(ShmRecord.ID);
                ids.add(last[0]);
              });
          bulk.forEach(
              ShmUserRecord.TYPE, user -> assertTrue(ids.contains(user.get(ShmUserRecord.ID))));
        }
      }
      assertTrue(ProcessHandle.of(storm.pid()).isPresent());
    }
  }

  @Test
  void filesThatOnlyLookLikeSharedMemory() throws Exception {
    Path fake = Files.write(directory.resolve("memfd:fake (deleted)"), new byte[8192]);
    String python =
        "import mmap,sys\nf=open(sys.argv[1],'r+b')\nm=mmap.mmap(f.fileno(),8192)\n"
            + "print('ready',flush=True)\ninput()";
    try (KernelSource source = openSource();
        Program program = Program.ready(List.of("python3", "-c", python, fake.toString()));
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      try (Bulk bulk = Bulks.collect(source, process, SHM)) {
        assertEquals(0, bulk.count(ShmRecord.TYPE));
      }
    }
  }
}
