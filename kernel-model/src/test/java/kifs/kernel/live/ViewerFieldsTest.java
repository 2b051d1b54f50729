package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.AccessPrograms;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;

/** The fields that say who may see a process agree with whom the kernel lets read its io file. */
class ViewerFieldsTest {
  private static final long CAP_NET_RAW = 1L << 13;

  /** A caller of access.py, with its ids and its effective capabilities. */
  private record Caller(String name, long uid, long gid, long capabilities) {}

  private static final List<Caller> CALLERS =
      List.of(
          new Caller("owner", 54001, 54001, 0),
          new Caller("owner-of-other-group", 54001, 54002, 0),
          new Caller("owner-capable", 54001, 54001, CAP_NET_RAW),
          new Caller("other", 54009, 54009, 0));

  @Test
  void throughProc() throws Exception {
    try (KernelSource source = ProcfsSource.open(Path.of("/proc"))) {
      agrees(source);
    }
  }

  @Test
  void bySweep() throws Exception {
    try (KernelSource source = Way.SWEEP.open()) {
      agrees(source);
    }
  }

  @Test
  void byWalk() throws Exception {
    try (KernelSource source = Way.WALK.open()) {
      agrees(source);
    }
  }

  private static void agrees(KernelSource source) {
    try (Program targets = AccessPrograms.targets()) {
      Map<String, Integer> pids = AccessPrograms.pids(targets);
      // The kernel also lets the creator of a user namespace see the processes in it.
      pids.remove("user-namespace");
      Map<String, String> expected = new LinkedHashMap<>();
      Map<String, String> actual = new LinkedHashMap<>();
      for (Caller caller : CALLERS) {
        try (Program asking = AccessPrograms.caller(caller.name())) {
          pids.forEach(
              (name, pid) -> {
                String cell = caller.name() + " of " + name;
                String answer = AccessPrograms.ask(asking, "read /proc/" + pid + "/io");
                expected.put(cell, answer.equals("ok") ? "seen" : "hidden");
                actual.put(cell, isSeen(source, pid, caller) ? "seen" : "hidden");
              });
        }
      }
      assertEquals(expected, actual);
      assertEquals(3, expected.values().stream().filter("seen"::equals).count());
    }
  }

  private static boolean isSeen(KernelSource source, int pid, Caller caller) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = source.process(pid).orElseThrow()) {
      ref.read(ProcessRecord.VIEWER, process);
    }
    assertEquals(ProcessRecord.VIEWER, ~process.absent() & ProcessRecord.VIEWER);
    return process.get(ProcessRecord.VIEWER_UID) == caller.uid()
        && process.get(ProcessRecord.VIEWER_GID) == caller.gid()
        && (process.get(ProcessRecord.CAPABILITIES) & ~caller.capabilities()) == 0;
  }
}
