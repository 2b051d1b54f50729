package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Await;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The programs and /proc agree, field by field: about a load that the test makes, and about
 * everything else on this host that didn't change between two passes through /proc. Each allowed
 * difference is named, with its reason.
 */
class BpfEqualsProcfsTest {
  private static final long TICK_NS = 10_000_000;

  /** Times that /proc states in ticks and the programs in nanoseconds. */
  private static final Set<Field> IN_TICKS =
      Set.of(
          ProcessRecord.UTIME,
          ProcessRecord.STIME,
          ProcessRecord.CHILDREN_UTIME,
          ProcessRecord.CHILDREN_STIME,
          ProcessRecord.START,
          LimitsRecord.START,
          ThreadRecord.UTIME,
          ThreadRecord.STIME,
          ThreadRecord.START);

  /**
   * Times that are converted from {@code sched_clock}. That clock loses time to the hypervisor, so
   * kifs measures it again from time to time. After that a thread that hasn't run seems to have run
   * later. So the programs' value lies between the values through /proc before and after.
   */
  private static final Set<Field> BY_SCHED_CLOCK = Set.of(ThreadRecord.LAST_RAN);

  /** The maximum error of a measurement of the clock. */
  private static final long MAX_CLOCK_ERROR_NS = 1_000_000;

  /**
   * The maximum number of signals that other processes of the user queue during the test. The field
   * counts the signals of all processes of the user, so it changes though a process is idle.
   */
  private static final int MAX_OTHER_SIGNALS = 100;

  private static final Set<Field> OF_ALL_OF_USER = Set.of(LimitsRecord.used("sigpending"));

  /**
   * Fields that only the programs may have. In /proc the kernel refuses them even to root for some
   * processes, or it doesn't provide them at all.
   */
  private static final Set<String> GUARDED =
      Set.of(
          "rchar_bytes",
          "wchar_bytes",
          "syscr",
          "syscw",
          "read_bytes",
          "write_bytes",
          "cancelled_write_bytes",
          "syscall",
          "syscall_arg0",
          "nproc_used");

  @TempDir static Path directory;

  private final Map<String, List<String>> differences = new TreeMap<>();
  private int compared;

  @ParameterizedTest
  @EnumSource
  void everyFieldOfEveryQuietProcessAndThread(Way way) throws Exception {
    try (Program load = Program.run("procs", 1000, 4);
        BpfSource source = way.open()) {
      Query query =
          Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE)
              .withDetail(Detail.FULL);
      try (Bulk before = Bulks.collect(source.procfs(), query);
          Bulk bpf = Bulks.collect(source, query);
          Bulk after = Bulks.collect(source.procfs(), query)) {
        int processes = compare(ProcessRecord.TYPE, ProcessRecord.PID, before, bpf, after);
        int threads = compare(ThreadRecord.TYPE, ThreadRecord.TID, before, bpf, after);
        int limits = compare(LimitsRecord.TYPE, LimitsRecord.PID, before, bpf, after);

        assertEquals(Map.of(), differences);
        assertTrue(processes >= 1000, "quiet processes: " + processes);
        assertTrue(threads >= 4000, "quiet threads: " + threads);
        assertTrue(limits >= 1000, "limits: " + limits);
        assertTrue(compared > 200_000, "figures: " + compared);
        assertEquals(1000, load.lines().size());
      }
    }
  }

  /** No other process has this user, so the test knows all threads of the user. */
  @Test
  void theThreadsOfAUser() throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            """
            import ctypes, os, threading, time
            os.setresuid(54321, 54321, 54321)
            parent = os.getpid()
            for _ in range(2):
              if os.fork() == 0:
                ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG: it ends with its parent
                break
            for _ in range(4):
              threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            if os.getpid() == parent:
              print(parent, "ready", sep="\\n", flush=True)
            time.sleep(60)
            """);
    try (Program user = Program.ready(python);
        BpfSource source = BpfSource.open(ProcfsSource.open(Path.of("/proc")))) {
      int pid = Integer.parseInt(user.lines().get(0));
      Query query = Query.of(LimitsRecord.TYPE).withPids(Set.of(pid));
      Field used = LimitsRecord.used("nproc");
      // The children may start their threads after the parent has printed its line.
      Await.until("15 threads", () -> limits(source, query).get(used) == 15);
      assertEquals(0, source.procfs().fields(LimitsRecord.TYPE, Detail.FULL) & used.bit());
    }
  }

  private static Record limits(BpfSource source, Query query) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return Bulks.records(bulk, LimitsRecord.TYPE).get(0);
    }
  }

  /** A zombie has no kernel stack any more, so no system call can be read. */
  @ParameterizedTest
  @EnumSource
  void aZombieIsInNoSystemCall(Way way) throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            "import os,time\npid=os.fork()\nif pid==0: os._exit(3)\n"
                + "os.waitid(os.P_PID,pid,os.WEXITED|os.WNOWAIT)\n"
                + "print(pid)\nprint('ready',flush=True)\ntime.sleep(60)");
    try (Program parent = Program.ready(python);
        BpfSource source = way.open()) {
      int pid = Integer.parseInt(parent.lines().get(0));
      Query query = Query.of(ThreadRecord.TYPE).withPids(Set.of(pid)).withDetail(Detail.FULL);
      try (Bulk bulk = Bulks.collect(source, query)) {
        Record thread = Bulks.threads(bulk).get(pid);
        assertEquals('Z', thread.get(ThreadRecord.STATE));
        assertEquals(-1, thread.get(ThreadRecord.SYSCALL));
        assertTrue(!thread.has(ThreadRecord.SYSCALL_ARG0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCommandLineAndExecutable(Way way) throws Exception {
    try (Program load = Program.run("procs", 20, 2);
        BpfSource source = way.open()) {
      Query query = Query.of(CommandRecord.TYPE);
      Map<Integer, List<String>> before = commands(source.procfs(), query);
      Map<Integer, List<String>> first = commands(source, query);
      // The second pass doesn't read a command line again that can't have changed.
      Map<Integer, List<String>> second = commands(source, query);
      Map<Integer, List<String>> after = commands(source.procfs(), query);
      before.entrySet().retainAll(after.entrySet());
      assertTrue(before.size() >= 21, "processes: " + before.size());
      for (Map.Entry<Integer, List<String>> expected : before.entrySet()) {
        assertEquals(expected.getValue(), first.get(expected.getKey()), "of " + expected.getKey());
        assertEquals(expected.getValue(), second.get(expected.getKey()), "of " + expected.getKey());
      }
      assertTrue(before.containsKey(load.pid()));
    }
  }

  private static Map<Integer, List<String>> commands(KernelSource source, Query query) {
    try (Bulk bulk = Bulks.collect(source, query)) {
      return commands(bulk);
    }
  }

  private static Map<Integer, List<String>> commands(Bulk bulk) {
    byte[] bytes = Bulks.bytes(bulk);
    Map<Integer, List<String>> commands = new TreeMap<>();
    for (Record record : Bulks.records(bulk, CommandRecord.TYPE)) {
      commands.put(
          (int) record.get(CommandRecord.PID),
          List.of(
              text(
                  bytes,
                  record,
                  CommandRecord.COMMAND_LINE_OFFSET,
                  CommandRecord.COMMAND_LINE_LENGTH),
              text(bytes, record, CommandRecord.EXECUTABLE_OFFSET, CommandRecord.EXECUTABLE_LENGTH),
              Long.toString(record.get(CommandRecord.ARGUMENTS)),
              Long.toHexString(record.absent())));
    }
    return commands;
  }

  private static String text(byte[] bulk, Record record, Field offset, Field length) {
    int from = (int) record.get(offset);
    int to = from + (int) record.get(length);
    return new String(Arrays.copyOfRange(bulk, from, to), StandardCharsets.ISO_8859_1);
  }

  private int compare(RecordType type, Field key, Bulk before, Bulk bpf, Bulk after) {
    Map<Long, Record> ours = by(bpf, type, key);
    Map<Long, Record> later = by(after, type, key);
    int quiet = 0;
    for (Map.Entry<Long, Record> expected : by(before, type, key).entrySet()) {
      Record record = expected.getValue();
      Record same = later.get(expected.getKey());
      if (same == null || !isQuiet(type, record, same)) {
        continue;
      }
      quiet++;
      Record our = ours.get(expected.getKey());
      if (our == null) {
        differ(type + " missing", record, "");
        continue;
      }
      for (Field field : type.fields()) {
        if (!field.name().equals("absent")) {
          compared++;
          compare(field, record, our, same);
        }
      }
    }
    return quiet;
  }

  /**
   * Whether an entity is the same in two passes, apart from fields that change while it is idle.
   */
  private static boolean isQuiet(RecordType type, Record before, Record after) {
    for (Field field : type.fields()) {
      boolean byItself = BY_SCHED_CLOCK.contains(field) || OF_ALL_OF_USER.contains(field);
      boolean same =
          field.type() == FieldType.CHAR
              ? Arrays.equals(before.bytes(field), after.bytes(field))
              : before.get(field) == after.get(field);
      if (!byItself && !(same && before.has(field) == after.has(field))) {
        return false;
      }
    }
    return true;
  }

  private void compare(Field field, Record procfs, Record bpf, Record later) {
    if (procfs.has(field) != bpf.has(field)) {
      boolean guarded = bpf.has(field) && GUARDED.contains(field.name());
      if (!guarded) {
        differ(field.name(), procfs, "there: " + procfs.has(field) + ", " + bpf.has(field));
      }
      return;
    }
    if (field.type() == FieldType.CHAR) {
      String text = procfs.text(field);
      // In /proc the name of a kernel worker also contains what it works on.
      boolean worker = text.startsWith("kworker/") && text.startsWith(bpf.text(field));
      if (!text.equals(bpf.text(field)) && !worker) {
        differ(field.name(), procfs, text + ", " + bpf.text(field));
      }
      return;
    }
    long expected = procfs.get(field);
    long actual = bpf.get(field);
    if (IN_TICKS.contains(field)) {
      actual -= actual % TICK_NS;
    } else if (OF_ALL_OF_USER.contains(field) && Math.abs(actual - expected) < MAX_OTHER_SIGNALS) {
      actual = expected;
    } else if (BY_SCHED_CLOCK.contains(field)
        && actual > expected - MAX_CLOCK_ERROR_NS
        && actual < later.get(field) + MAX_CLOCK_ERROR_NS) {
      actual = expected;
    }
    if (actual != expected) {
      differ(field.name(), procfs, expected + ", " + bpf.get(field));
    }
  }

  private void differ(String what, Record record, String how) {
    long id = record.get(record.type().fields().get(0));
    String name = name(record);
    List<String> known = differences.computeIfAbsent(what, w -> new ArrayList<>());
    if (known.size() < 10) {
      known.add(id + " " + name + ": " + how);
    }
  }

  private static String name(Record record) {
    Field comm = record.type().field("comm");
    return comm == null ? "" : record.text(comm);
  }

  private static Map<Long, Record> by(Bulk bulk, RecordType type, Field key) {
    Map<Long, Record> records = new LinkedHashMap<>();
    Bulks.records(bulk, type).forEach(record -> records.put(record.get(key), record));
    return records;
  }
}
