package kifs.kernel.procfs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import kifs.kernel.procfs.host.FileNrFile;
import kifs.kernel.procfs.host.LoadavgFile;
import kifs.kernel.procfs.host.MeminfoFile;
import kifs.kernel.procfs.host.PressureFile;
import kifs.kernel.procfs.host.SystemStatFile;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.process.CommandReader;
import kifs.kernel.procfs.process.IoFile;
import kifs.kernel.procfs.process.LimitsFile;
import kifs.kernel.procfs.process.NumberFile;
import kifs.kernel.procfs.process.SchedFile;
import kifs.kernel.procfs.process.SchedstatFile;
import kifs.kernel.procfs.process.StatFile;
import kifs.kernel.procfs.process.StatmFile;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.WchanFile;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.SyscallFile;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** No parser throws, whatever the bytes are. A number is read exactly, or not at all. */
class FileParsersPropertyTest {
  private static final String[] GOOD = {
    "7 (a) b)" + FileParsersTest.STAT_TAIL,
    "Name:\tx\nTgid:\t7\nUid:\t1\t2\t3\t4\nVmRSS:\t 5 kB\nThreads:\t1\n"
        + "voluntary_ctxt_switches:\t3\nnonvoluntary_ctxt_switches:\t4\n",
    "x (7, #threads: 1)\n------\nse.exec_start   :  1750727.925311\n",
    "202 0x7fdf57467000 0x80 0x2 0x0 0x0 0xffff 0x7ffdb8ee77d8 0x7f00\n",
    "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\n",
    "Max open files            1024                 unlimited            files     \n",
    "3:memory:/a/b/c\n1:name=systemd:/s\n0::/x\n",
    "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1\nintr 99 1 2\nctxt 5\nbtime 8\n",
    "MemTotal:  10 kB\nCached: 3 kB\n",
    "0.37 1.5 12.00 2/85 4751\n",
    "some avg10=11.36 avg60=2.00 avg300=0.01 total=18\nfull avg10=1.00 total=2\n",
    "22 27 0:21 / /pr\\040oc rw shared:1 - cgroup2 proc rw,hidepid=2\n",
    "413\t3\t2466170\n"
  };

  @Property(tries = 2000)
  void randomBytes(@ForAll @Size(max = 300) byte[] bytes) {
    parseAll(bytes);
  }

  @Property(tries = 4000)
  void mutationsOfGoodFiles(
      @ForAll @IntRange(max = 12) int file,
      @ForAll @IntRange(max = 300) int cut,
      @ForAll long seed) {
    byte[] good = GOOD[file].getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = Arrays.copyOf(good, Math.min(cut, good.length));
    Random random = new Random(seed);
    for (int i = random.nextInt(5); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    parseAll(bytes);
  }

  @Property
  void everyNumberOf64Bits(@ForAll long value) {
    ByteCursor unsigned = ByteCursor.of(Long.toUnsignedString(value) + "\n");
    assertTrue(unsigned.number());
    assertEquals(value, unsigned.value());
    ByteCursor signed = ByteCursor.of(" " + value + " ");
    assertEquals(value != Long.MIN_VALUE, signed.number());
    ByteCursor hexadecimal = ByteCursor.of("0x" + Long.toHexString(value) + " ");
    assertTrue(hexadecimal.hexadecimal());
    assertEquals(value, hexadecimal.value());
  }

  @Property
  void aNumberThatExceeds64BitsIsNone(
      @ForAll @LongRange(min = 1) long high, @ForAll @IntRange(max = 9) int digit) {
    String text = Long.toUnsignedString(-1 - high % 1000) + digit;
    assertEquals(false, ByteCursor.of(text + "\n").number());
  }

  private static void parseAll(byte[] bytes) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    Record thread = Record.allocate(ThreadRecord.TYPE);
    Record system = Record.allocate(SystemRecord.TYPE);
    for (Record record : new Record[] {process, thread}) {
      StatFile.parse(over(bytes), -1, FileParsersTest.UNITS, record);
      StatusFile.parse(over(bytes), -1, record);
      IoFile.parse(over(bytes), -1, record);
      SchedstatFile.parse(over(bytes), -1, record);
    }
    StatFile.exitStatus(over(bytes));
    StatusFile.tgid(over(bytes));
    StatmFile.parse(over(bytes), -1, FileParsersTest.UNITS, process);
    NumberFile.parse(over(bytes), ProcessRecord.OOM_SCORE, process);
    LimitsFile.parse(over(bytes), -1, Record.allocate(LimitsRecord.TYPE));
    LimitsFile.parseSoft(over(bytes), 7, ProcessRecord.FD_LIMIT, process);
    CgroupFile.path(over(bytes));
    CgroupFile.isIn(over(bytes), new byte[] {'/', 'a'});
    CgroupFile.v2Path(over(bytes));
    SchedFile.execStart(over(bytes));
    new SyscallFile().parse(over(bytes));
    WchanFile.parse(over(bytes), thread);
    SystemStatFile.parse(over(bytes), -1, FileParsersTest.UNITS, system);
    ByteCursor cpus = over(bytes);
    while (SystemStatFile.nextCpu(cpus) >= 0) {
      SystemStatFile.parseCpu(cpus, 0, FileParsersTest.UNITS, system);
    }
    MeminfoFile.parse(over(bytes), -1, system);
    LoadavgFile.parse(over(bytes), -1, system);
    FileNrFile.parse(over(bytes), -1, system);
    PressureFile.parse(over(bytes), -1, SystemRecord.IO_SOME, SystemRecord.IO_FULL, system);
    CommandReader.arguments(over(bytes));
    MountInfo mounts = new MountInfo(new String(bytes, StandardCharsets.ISO_8859_1));
    mounts.cgroup2();
    mounts.option("/proc", "hidepid=");
  }

  /** Puts the text into an array with other bytes after it, as if a longer file was read before. */
  private static ByteCursor over(byte[] bytes) {
    byte[] larger = Arrays.copyOf(bytes, bytes.length + 32);
    Arrays.fill(larger, bytes.length, larger.length, (byte) '1');
    return new ByteCursor().over(larger, bytes.length);
  }
}
