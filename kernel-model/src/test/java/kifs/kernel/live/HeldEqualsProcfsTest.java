package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The iterators and /proc agree, field by field, about what processes hold: about programs that
 * hold one of each kind, and about everything else on this host that was the same in two passes
 * through /proc. One difference is allowed: for some processes the kernel refuses even to root to
 * read their files in /proc, where only the list of fds is visible then.
 */
class HeldEqualsProcfsTest {
  private static final Query FDS = Query.of(FdRecord.TYPE);
  private static final Query SHM = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final Set<Field> OFFSETS =
      Set.of(FdRecord.PATH_OFFSET, FdRecord.SOCKET_NAME_OFFSET, ShmRecord.NAME_OFFSET);

  @TempDir Path directory;

  private ProcfsSource procfs;
  private BpfSource bpf;

  @BeforeEach
  void open() throws Exception {
    procfs = ProcfsSource.open(Path.of("/proc"));
    // This source reads only /proc. The BPF source has a procfs source of its own.
    bpf = BpfSource.open(ProcfsSource.open(Path.of("/proc")));
    assertEquals("runs", bpf.parts().get("bpf.files"));
    assertEquals("runs", bpf.parts().get("bpf.mappings"));
  }

  @AfterEach
  void close() {
    assertEquals("runs", bpf.parts().get("bpf.files"));
    bpf.close();
    procfs.close();
  }

  /** The fields of every record as text, by the record's key. */
  private static Map<String, Map<String, String>> records(
      Bulk bulk, RecordType type, Field... keys) {
    Map<String, Map<String, String>> records = new LinkedHashMap<>();
    for (Record record : Bulks.records(bulk, type)) {
      List<String> key = new ArrayList<>();
      for (Field field : keys) {
        key.add(Long.toString(record.get(field)));
      }
      assertTrue(records.put(String.join("/", key), fields(bulk, record)) == null, key + " twice");
    }
    return records;
  }

  private static Map<String, String> fields(Bulk bulk, Record record) {
    Map<String, String> fields = new TreeMap<>();
    for (Field field : record.type().fields()) {
      if (!record.has(field) || field.name().equals("absent")) {
        continue;
      }
      String value;
      if (OFFSETS.contains(field)) {
        Field length = record.type().field(field.name().replace("offset", "length"));
        byte[] text = bulk.text(record.get(field), (int) record.get(length));
        value = new String(text, StandardCharsets.ISO_8859_1);
      } else if (field.count() > 1) {
        byte[] bytes = new byte[field.count()];
        record.buffer().get(record.offset() + field.offset(), bytes);
        value = Arrays.toString(bytes);
      } else {
        value = Long.toString(record.get(field));
      }
      fields.put(field.name(), value);
    }
    return fields;
  }

  /** The fds of a bulk, which is released. */
  private static Map<String, Map<String, String>> fds(Bulk bulk) {
    try (bulk) {
      Map<String, Map<String, String>> fds =
          records(bulk, FdRecord.TYPE, FdRecord.PID, FdRecord.TID, FdRecord.FD);
      // A thread that executes a program has a file table of its own for a moment, so the thread is
      // a part of the key. This process itself opens and closes files during the passes.
      fds.keySet().removeIf(key -> key.startsWith(ProcessHandle.current().pid() + "/"));
      return fds;
    }
  }

  private static boolean isRefused(Map<String, String> fd) {
    return !fd.containsKey("path_offset") && fd.containsKey("fd");
  }

  /**
   * @param minimum how many fds must be the same in both passes through /proc
   */
  private void compareFds(Query query, int minimum) {
    Map<String, Map<String, String>> before = fds(Bulks.collect(procfs, query));
    Map<String, Map<String, String>> ours = fds(Bulks.collect(bpf, query));
    Map<String, Map<String, String>> after = fds(Bulks.collect(procfs, query));
    Set<String> differences = new TreeSet<>();
    int compared = 0;
    for (Map.Entry<String, Map<String, String>> fd : before.entrySet()) {
      if (fd.getValue().equals(after.get(fd.getKey()))) {
        Map<String, String> our = ours.get(fd.getKey());
        compared++;
        boolean same =
            isRefused(fd.getValue())
                ? our != null && our.entrySet().containsAll(fd.getValue().entrySet())
                : fd.getValue().equals(our);
        if (!same) {
          differences.add(fd.getKey() + ": " + fd.getValue() + " is " + our);
        }
      }
    }
    assertEquals(Set.of(), differences);
    assertTrue(compared >= minimum, compared + " fds compared");
    Set<String> unexpected = new TreeSet<>(ours.keySet());
    unexpected.removeAll(before.keySet());
    unexpected.removeAll(after.keySet());
    // A file that is open for microseconds can be in one of the three passes only.
    assertTrue(unexpected.size() < 10 + compared / 10, "unexpected: " + unexpected);
  }

  private Program fdKinds() throws Exception {
    return Program.run("fd-kinds", directory);
  }

  @Test
  void everyFieldOfEveryFd() throws Exception {
    try (Program program = fdKinds()) {
      compareFds(FDS, 60);
      compareFds(FDS.withDetail(Detail.LIGHT), 60);
      compareFds(FDS.withFields(FdRecord.TYPE, FdRecord.INODE, FdRecord.SOCKET_NAME_LENGTH), 60);
      assertTrue(program.lines().size() >= 27, program.lines().toString());
    }
  }

  @Test
  void oneProcessAndSomeAndManyOfMore() throws Exception {
    try (Program program = fdKinds();
        Program load = Program.run("procs", 300, 1);
        ProcessRef process = bpf.process(program.pid()).orElseThrow();
        ProcessRef same = procfs.process(program.pid()).orElseThrow()) {
      Map<String, Map<String, String>> one = fds(Bulks.collect(bpf, process, FDS));
      assertEquals(fds(Bulks.collect(procfs, same, FDS)), one);
      assertTrue(one.size() >= 29, one.size() + " fds");
      compareFds(FDS.withPids(Set.of(1, program.pid(), load.pid(), 999_999_999)), 32);
      Set<Integer> many = new LinkedHashSet<>(List.of(1, program.pid()));
      load.lines().forEach(line -> many.add(Integer.parseInt(line.split(" ")[0])));
      assertEquals(302, many.size());
      compareFds(FDS.withPids(many), 900);
      compareFds(FDS.withComms(Set.of("fd-kinds")), 29);
      compareFds(FDS.withComms(Set.of("nobody")), 0);
      ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
      program.await();
      assertEquals(Map.of(), fds(Bulks.collect(bpf, process, FDS)));
    }
  }

  /** The fds need more than one block of records. They are in ascending order across blocks. */
  @Test
  void aProcessWithTensOfThousands() throws Exception {
    String python =
        "import os,resource,socket\nresource.setrlimit(resource.RLIMIT_NOFILE,(20000,20000))\n"
            + "keep=[]\nfor i in range(3000):\n"
            + " keep.append(os.open('/dev/null',0)); keep.append(os.pipe())\n"
            + " keep.append(socket.socket(socket.AF_UNIX)); keep.append(os.memfd_create(str(i)))\n"
            + "print('ready',flush=True)\ninput()";
    try (Program program = Program.ready(List.of("python3", "-c", python));
        ProcessRef process = bpf.process(program.pid()).orElseThrow();
        ProcessRef same = procfs.process(program.pid()).orElseThrow()) {
      Map<String, Map<String, String>> ours = fds(Bulks.collect(bpf, process, FDS));
      assertEquals(fds(Bulks.collect(procfs, same, FDS)), ours);
      assertEquals(15_003, ours.size());
      int last = -1;
      for (String key : ours.keySet()) {
        int fd = Integer.parseInt(key.split("/")[2]);
        assertTrue(fd > last, "ascending");
        last = fd;
      }
    }
  }

  private Set<String> shmDifferences(Query query, int minimum) {
    try (Bulk before = Bulks.collect(procfs, query);
        Bulk ours = Bulks.collect(bpf, query);
        Bulk after = Bulks.collect(procfs, query)) {
      return shmDifferences(before, ours, after, minimum);
    }
  }

  private static Set<String> shmDifferences(
      Bulk procfsBefore, Bulk bpf, Bulk procfsAfter, int minimum) {
    Set<String> differences = new TreeSet<>();
    int compared = 0;
    for (RecordType type : List.of(ShmRecord.TYPE, ShmUserRecord.TYPE)) {
      Field[] keys =
          type == ShmRecord.TYPE
              ? new Field[] {ShmRecord.ID}
              : new Field[] {ShmUserRecord.ID, ShmUserRecord.PID};
      Map<String, Map<String, String>> before = records(procfsBefore, type, keys);
      Map<String, Map<String, String>> ours = records(bpf, type, keys);
      Map<String, Map<String, String>> after = records(procfsAfter, type, keys);
      for (Map.Entry<String, Map<String, String>> record : before.entrySet()) {
        if (record.getValue().equals(after.get(record.getKey()))) {
          compared++;
          if (!record.getValue().equals(ours.get(record.getKey()))) {
            differences.add(type + ": " + record + " is " + ours.get(record.getKey()));
          }
        }
      }
      ours.keySet().removeAll(before.keySet());
      ours.keySet().removeAll(after.keySet());
      ours.keySet().forEach(key -> differences.add(type + " unexpected: " + key));
    }
    assertTrue(compared >= minimum, compared + " records compared");
    return differences;
  }

  @Test
  void everyFieldOfSharedMemory() throws Exception {
    String tag = "kifs-held-" + ProcessHandle.current().pid();
    try (Program program = Program.run("shm-users", tag).cleaningUp()) {
      Set<String> differences = shmDifferences(SHM, 15);
      for (int i = 1; i < 5 && !differences.isEmpty(); i++) {
        // A busy process may map the same twice between two passes.
        differences.retainAll(shmDifferences(SHM, 15));
      }
      assertEquals(Set.of(), differences);
      assertEquals(Set.of(), shmDifferences(SHM.withPids(Set.of(1, program.pid())), 8));
      program.endInput();
      program.await();
    }
  }
}
