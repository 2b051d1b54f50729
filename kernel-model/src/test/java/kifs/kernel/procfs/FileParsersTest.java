package kifs.kernel.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.host.FileNrFile;
import kifs.kernel.procfs.host.LoadavgFile;
import kifs.kernel.procfs.host.MeminfoFile;
import kifs.kernel.procfs.host.PressureFile;
import kifs.kernel.procfs.host.SystemStatFile;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.process.CommandReader;
import kifs.kernel.procfs.process.IoFile;
import kifs.kernel.procfs.process.LimitsFile;
import kifs.kernel.procfs.process.SchedFile;
import kifs.kernel.procfs.process.SchedstatFile;
import kifs.kernel.procfs.process.StatFile;
import kifs.kernel.procfs.process.StatmFile;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.WchanFile;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.SyscallFile;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parses the text of each /proc file, both well-formed and malformed. */
class FileParsersTest {
  static final Units UNITS = new Units(10_000_000, 4096);

  static final String STAT_TAIL =
      " S 1 7 7 0 -1 4194304 10 11 12 13 14 15 16 17 20 -5 3 0 2200 8192 9 18446744073709551615"
          + " 1 1 0 0 0 0 0 0 0 0 0 0 17 1 42 2 0 0 0 0 0 0 0 0 0 0 256\n";

  static Record stat(String text, RecordType type) {
    Record record = Record.allocate(type);
    StatFile.parse(ByteCursor.of(text), type.allFields(), UNITS, record);
    return record;
  }

  @Test
  void statOfAProcess() {
    Record process = stat("7 (init)" + STAT_TAIL, ProcessRecord.TYPE);
    assertEquals("init", process.text(ProcessRecord.COMM));
    assertEquals('S', process.get(ProcessRecord.STATE));
    assertEquals(1, process.get(ProcessRecord.PPID));
    assertEquals(7, process.get(ProcessRecord.PGID));
    assertEquals(4194304, process.get(ProcessRecord.TASK_FLAGS));
    assertEquals(10, process.get(ProcessRecord.MINOR_FAULTS));
    assertEquals(13, process.get(ProcessRecord.CHILDREN_MAJOR_FAULTS));
    assertEquals(140_000_000, process.get(ProcessRecord.UTIME));
    assertEquals(170_000_000, process.get(ProcessRecord.CHILDREN_STIME));
    assertEquals(-5, process.get(ProcessRecord.NICE));
    assertEquals(3, process.get(ProcessRecord.THREADS));
    assertEquals(22_000_000_000L, process.get(ProcessRecord.START));
    assertEquals(8192, process.get(ProcessRecord.VSIZE));
    assertEquals(2, process.get(ProcessRecord.POLICY));
    assertFalse(process.has(ProcessRecord.RSS), "stat's own figure is an estimate");
  }

  @Test
  void statOfAThread() {
    Record thread = stat("7 (init)" + STAT_TAIL, ThreadRecord.TYPE);
    assertEquals(1, thread.get(ThreadRecord.PROCESSOR));
    assertEquals(42, thread.get(ThreadRecord.RT_PRIORITY));
    assertEquals(12, thread.get(ThreadRecord.MAJOR_FAULTS));
    assertEquals("init", thread.text(ThreadRecord.COMM));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a) S 9 9", "))((", "", "x\ny", "(", ") Z 1 (\n)", "\t"})
  void commMayHoldAnything(String comm) {
    Record process = stat("7 (" + comm + ")" + STAT_TAIL, ProcessRecord.TYPE);
    assertEquals(comm, process.text(ProcessRecord.COMM));
    assertEquals('S', process.get(ProcessRecord.STATE));
    assertEquals(1, process.get(ProcessRecord.PPID));
  }

  @Test
  void aWorkersLongNameIsCutTo15Bytes() {
    Record process = stat("7 (kworker/u4:1-events_unbound)" + STAT_TAIL, ProcessRecord.TYPE);
    assertEquals("kworker/u4:1-ev", process.text(ProcessRecord.COMM));
  }

  @Test
  void aLineThatEndsEarlyLeavesTheRestAbsent() {
    Record process = stat("7 (x) S 1 22", ProcessRecord.TYPE);
    assertEquals(1, process.get(ProcessRecord.PPID));
    assertFalse(process.has(ProcessRecord.PGID), "22 may be the beginning of 224");
    assertFalse(process.has(ProcessRecord.UTIME));
  }

  @Test
  void aBadNumberLeavesOnlyItsOwnFieldAbsent() {
    Record process =
        stat("7 (x) S one 99999999999 -3 0 -1 -1 18446744073709551616 5 \n", ProcessRecord.TYPE);
    assertFalse(process.has(ProcessRecord.PPID));
    assertFalse(process.has(ProcessRecord.PGID), "more than 32 bits");
    assertEquals(-3, process.get(ProcessRecord.SID));
    assertFalse(process.has(ProcessRecord.TASK_FLAGS), "negative flags");
    assertFalse(process.has(ProcessRecord.MINOR_FAULTS), "more than 64 bits");
    assertEquals(5, process.get(ProcessRecord.CHILDREN_MINOR_FAULTS));
  }

  @Test
  void timesThatDontFitInNanosecondsAreAbsent() {
    Record process =
        stat("7 (x) S 1 1 1 0 0 0 0 0 0 0 9223372036854775807 5 \n", ProcessRecord.TYPE);
    assertFalse(process.has(ProcessRecord.UTIME));
    assertEquals(50_000_000, process.get(ProcessRecord.STIME));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "7", "7 (x", "no parenthesis at all\n", ")"})
  void garbageInStatFillsNothing(String text) {
    Record process = stat(text, ProcessRecord.TYPE);
    assertFalse(process.has(ProcessRecord.STATE));
    assertFalse(process.has(ProcessRecord.PPID));
  }

  @Test
  void onlyWantedFieldsAreFilled() {
    Record process = Record.allocate(ProcessRecord.TYPE);
    StatFile.parse(ByteCursor.of("7 (x)" + STAT_TAIL), ProcessRecord.THREADS.bit(), UNITS, process);
    assertEquals(ProcessRecord.TYPE.allFields() & ~ProcessRecord.THREADS.bit(), process.absent());
  }

  @Test
  void onlyAZombieHasAnExitStatus() {
    assertEquals(-1, StatFile.exitStatus(ByteCursor.of("7 (x)" + STAT_TAIL)));
    String zombie = "7 (x Z)" + STAT_TAIL.replaceFirst(" S ", " Z ");
    assertEquals(256, StatFile.exitStatus(ByteCursor.of(zombie)));
    assertEquals(-1, StatFile.exitStatus(ByteCursor.of("7 (x) Z 1 2")));
  }

  private static Record status(String text, long fields) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    StatusFile.parse(ByteCursor.of(text), fields, process);
    return process;
  }

  @Test
  void memoryOfAKernelThreadIsZero() {
    Record process =
        status("Name:\tk\nUid:\t0\t0\t0\t0\nThreads:\t1\n", ProcessRecord.TYPE.allFields());
    assertTrue(process.has(ProcessRecord.RSS_ANON));
    assertTrue(process.has(ProcessRecord.RSS));
    assertEquals(0, process.get(ProcessRecord.RSS_PEAK));
    assertFalse(process.has(ProcessRecord.GID));
  }

  @Test
  void hugePagesAreBesideResidentMemory() {
    String text = "VmRSS:\t 4 kB\nVmSwap:\t 0 kB\nHugetlbPages:\t 12288 kB\nThreads:\t1\n";
    Record process = status(text, ProcessRecord.TYPE.allFields());
    assertEquals(4096, process.get(ProcessRecord.RSS));
    assertEquals(12L << 20, process.get(ProcessRecord.RSS_HUGE));
  }

  @Test
  void memoryIsAbsentIfStatusIsCutOffBeforeIt() {
    Record process = status("Name:\tk\nUid:\t0\t5\t0\t0\n", ProcessRecord.TYPE.allFields());
    assertFalse(process.has(ProcessRecord.RSS_ANON));
    assertEquals(5, process.get(ProcessRecord.EUID));
  }

  @Test
  void statusOfAnOldKernelWithoutKindsOfMemory() {
    Record process =
        status("VmSize:\t 8 kB\nVmRSS:\t 4 kB\nThreads:\t1\n", ProcessRecord.TYPE.allFields());
    assertEquals(4096, process.get(ProcessRecord.RSS));
    assertFalse(process.has(ProcessRecord.RSS_ANON));
  }

  @Test
  void switchesAreFoundBeforeTheLastLine() {
    String text =
        "Threads:\t1\nvoluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\nx86_Thing:\ty\n";
    Record process = status(text, ProcessRecord.TYPE.allFields());
    assertEquals(3, process.get(ProcessRecord.VOLUNTARY_SWITCHES));
    assertEquals(4, process.get(ProcessRecord.INVOLUNTARY_SWITCHES));
  }

  @Test
  void aUserIdUsesAll32Bits() {
    Record process = status("Uid:\t4294967294\t1\t1\t1\n", ProcessRecord.UID.bit());
    assertEquals(4294967294L, process.get(ProcessRecord.UID));
  }

  @Test
  void tgid() {
    assertEquals(12, StatusFile.tgid(ByteCursor.of("Name:\tx\nTgid:\t12\nPid:\t13\n")));
    assertEquals(-1, StatusFile.tgid(ByteCursor.of("Name:\tx\nTgid:\t12")));
  }

  @Test
  void statm() {
    Record process = Record.allocate(ProcessRecord.TYPE);
    StatmFile.parse(ByteCursor.of("100 25 3 4\n"), StatmFile.PROCESS_FIELDS, UNITS, process);
    assertEquals(409600, process.get(ProcessRecord.VSIZE));
    assertEquals(102400, process.get(ProcessRecord.RSS));
  }

  @Test
  void io() {
    Record process = Record.allocate(ProcessRecord.TYPE);
    String text =
        "rchar: 1\nread_bytes: 5\nwchar: -2\ncancelled_write_bytes: 18446744073709551615\n";
    IoFile.parse(ByteCursor.of(text), IoFile.PROCESS_FIELDS, process);
    assertEquals(1, process.get(ProcessRecord.RCHAR));
    assertEquals(5, process.get(ProcessRecord.READ));
    assertFalse(process.has(ProcessRecord.WCHAR));
    assertEquals(-1, process.get(ProcessRecord.CANCELLED_WRITE));
    assertFalse(process.has(ProcessRecord.SYSCR));
  }

  @Test
  void schedstat() {
    Record thread = Record.allocate(ThreadRecord.TYPE);
    SchedstatFile.parse(ByteCursor.of("100 20 3\n"), SchedstatFile.THREAD_FIELDS, thread);
    assertEquals(100, thread.get(ThreadRecord.RUNTIME));
    assertEquals(20, thread.get(ThreadRecord.RUN_DELAY));
    Record process = Record.allocate(ProcessRecord.TYPE);
    SchedstatFile.parse(ByteCursor.of("100 20 3\n"), -1, process);
    assertEquals(20, process.get(ProcessRecord.RUN_DELAY));
    assertFalse(process.has(ProcessRecord.RUNTIME));
  }

  @Test
  void sched() {
    String text =
        "x\ny (7, #threads: 1)\n-----\nse.exec_start      :     1750727.925311\nse.v : 1\n";
    assertEquals(1_750_727_925_311L, SchedFile.execStart(ByteCursor.of(text)));
    assertEquals(-1, SchedFile.execStart(ByteCursor.of("x\n--\nse.exec_start : 12.5\n")));
    assertEquals(-1, SchedFile.execStart(ByteCursor.of("x\n--\nse.exec_start : 0.000000\n")));
    assertEquals(-1, SchedFile.execStart(ByteCursor.of("se.exec_start : 1.000000\n")));
  }

  @Test
  void syscall() {
    SyscallFile call = new SyscallFile();
    assertTrue(call.parse(ByteCursor.of("running\n")));
    assertTrue(call.isRunning());
    assertTrue(call.parse(ByteCursor.of("-1 0x7ffc0000 0x7fde0000\n")));
    assertEquals(-1, call.number());
    assertFalse(call.inSystemCall());
    String wait = "202 0x7fdf57467000 0x80 0x2 0x0 0x0 0xffffffffffffffff 0x7ffdb8ee77d8 0x7f00\n";
    assertTrue(call.parse(ByteCursor.of(wait)));
    assertTrue(call.inSystemCall());
    assertEquals(0x7fdf57467000L, call.argument(0));
    assertEquals(-1, call.argument(5));
    assertFalse(call.isLow());
    String narrow = "202 0x1000 0x80 0x2 0x0 0x0 0x0 0xffffd000 0x7f00\n";
    assertTrue(call.parse(ByteCursor.of(narrow)));
    assertTrue(call.isLow(), "a 32-bit program's numbers mean other calls");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "202", "202 0x1\n", "x\n", "-2 0x1 0x1\n", "runn", "99999999999 0x1\n"})
  void malformedSyscallFiles(String text) {
    assertFalse(new SyscallFile().parse(ByteCursor.of(text)));
  }

  @Test
  void wchan() {
    Record thread = Record.allocate(ThreadRecord.TYPE);
    WchanFile.parse(ByteCursor.of("0"), thread);
    assertFalse(thread.has(ThreadRecord.WAIT_CHANNEL));
    WchanFile.parse(ByteCursor.of("a_function_whose_name_is_longer_than_that"), thread);
    assertEquals("a_function_whose_name_is_longer_", thread.text(ThreadRecord.WAIT_CHANNEL));
  }

  @Test
  void limits() {
    Record limits = Record.allocate(LimitsRecord.TYPE);
    String text =
        "Limit   Soft  Hard  Units\n"
            + "Max cpu time              unlimited            77                   seconds\n"
            + "Max open files            1024                 unlimited            files\n";
    LimitsFile.parse(ByteCursor.of(text), LimitsRecord.TYPE.allFields(), limits);
    assertEquals(-1, limits.get(LimitsRecord.LIMITS.get(0).soft()));
    assertEquals(77, limits.get(LimitsRecord.LIMITS.get(0).hard()));
    assertEquals(1024, limits.get(LimitsRecord.LIMITS.get(7).soft()));
    assertEquals(-1, limits.get(LimitsRecord.LIMITS.get(7).hard()));
    assertFalse(limits.has(LimitsRecord.LIMITS.get(1).soft()));
  }

  @Test
  void cgroups() {
    String v1 = "3:memory:/a/b/c\n2:cpu,cpuacct:/\n1:name=systemd:/s\n0::/\n";
    assertEquals("/s", CgroupFile.path(ByteCursor.of(v1)));
    assertEquals("/a/b/c", CgroupFile.path(ByteCursor.of(v1.replace(":/s", ":/"))));
    assertEquals("/v2", CgroupFile.path(ByteCursor.of(v1.replace("0::/", "0::/v2"))));
    assertEquals("/", CgroupFile.path(ByteCursor.of("0::/\n")));
    assertEquals(null, CgroupFile.path(ByteCursor.of("garbage\n5:/x\n0::relative\n")));
    assertTrue(isIn(v1, "/a/b"));
    assertTrue(isIn(v1, "/a/b/c"));
    assertTrue(isIn(v1, "/"));
    assertFalse(isIn(v1, "/a/b/c/d"));
    assertFalse(isIn(v1, "/a/" + "bc"));
    assertFalse(isIn("0::/ab\n", "/a"));
    assertTrue(isIn("0::/a b:/c\n", "/a b:" + "/c"));
  }

  private static boolean isIn(String file, String cgroup) {
    return CgroupFile.isIn(ByteCursor.of(file), cgroup.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void systemStat() {
    String text =
        "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1\ncpu12 2 2 2 2\nintr 99 1 2\nctxt 5\nbtime 8\n"
            + "processes 4\nprocs_running 3\nprocs_blocked 2\n";
    Record system = Record.allocate(SystemRecord.TYPE);
    SystemStatFile.parse(ByteCursor.of(text), -1, UNITS, system);
    assertEquals(10_000_000, system.get(SystemRecord.TIMES.get(0)));
    assertEquals(100_000_000, system.get(SystemRecord.TIMES.get(9)));
    assertEquals(99, system.get(SystemRecord.INTERRUPTS));
    assertEquals(8_000_000_000L, system.get(SystemRecord.BOOT));
    assertEquals(2, system.get(SystemRecord.BLOCKED));
    ByteCursor in = ByteCursor.of(text);
    assertEquals(0, SystemStatFile.nextCpu(in));
    Record cpu = Record.allocate(CpuRecord.TYPE);
    SystemStatFile.parseCpu(in, -1, UNITS, cpu);
    assertFalse(cpu.has(CpuRecord.TIMES.get(3)), "an old kernel has fewer");
    assertEquals(12, SystemStatFile.nextCpu(in));
    assertEquals(-1, SystemStatFile.nextCpu(in));
  }

  @Test
  void otherSystemFiles() {
    Record system = Record.allocate(SystemRecord.TYPE);
    MeminfoFile.parse(
        ByteCursor.of(
            "MemTotal:  10 kB\nCached: 3 kB\nSwapCached: 9 kB\nAnonHugePages: 7 kB\n"
                + "HugePages_Total:      12\nHugePages_Free:        5\nHugePages_Rsvd:  0\n"
                + "Hugepagesize:       2048 kB\n"),
        -1,
        system);
    LoadavgFile.parse(ByteCursor.of("0.37 1.5 12.00 2/85 4751\n"), -1, system);
    FileNrFile.parse(ByteCursor.of("413\t3\t2466170\n"), -1, system);
    PressureFile.parse(
        ByteCursor.of("some avg10=11.36 avg60=2.00 avg300=x total=18\nfull avg10=1.00 total=2\n"),
        -1,
        SystemRecord.IO_SOME,
        SystemRecord.IO_FULL,
        system);
    assertEquals(10240, system.get(SystemRecord.MEMORY_TOTAL));
    assertEquals(3072, system.get(SystemRecord.MEMORY_CACHED));
    assertFalse(system.has(SystemRecord.MEMORY_FREE));
    assertEquals(24L << 20, system.get(SystemRecord.MEMORY_HUGE));
    assertEquals(10L << 20, system.get(SystemRecord.MEMORY_HUGE_FREE));
    assertEquals(0.37, system.getDouble(SystemRecord.LOAD1), 1e-9);
    assertEquals(12, system.getDouble(SystemRecord.LOAD15), 1e-9);
    assertEquals(85, system.get(SystemRecord.THREADS));
    assertEquals(410, system.get(SystemRecord.FILES_OPEN));
    assertEquals(11.36, system.getDouble(SystemRecord.IO_SOME.averages().get(0)), 1e-9);
    assertFalse(system.has(SystemRecord.IO_SOME.averages().get(2)));
    assertEquals(18_000, system.get(SystemRecord.IO_SOME.total()));
    assertEquals(2_000, system.get(SystemRecord.IO_FULL.total()));
  }

  @Test
  void argumentsOfACommandLine() {
    assertEquals(0, CommandReader.arguments(ByteCursor.of("")));
    assertEquals(2, CommandReader.arguments(ByteCursor.of("a\0b\0")));
    assertEquals(1, CommandReader.arguments(ByteCursor.of("nginx: worker")));
  }

  @Test
  void mounts() {
    MountInfo mounts =
        new MountInfo(
            "22 27 0:21 / /proc rw,relatime shared:1 - proc proc rw,hidepid=invisible\nnonsense\n"
                + "41 31 0:38 / /a\\040b rw - cgroup2 cgroup2 rw,nsdelegate\n");
    assertEquals("/a b", mounts.cgroup2());
    assertEquals("invisible", mounts.option("/proc", "hidepid="));
    assertEquals(null, mounts.option("/elsewhere", "hidepid="));
    assertEquals(null, new MountInfo("").cgroup2());
  }
}
