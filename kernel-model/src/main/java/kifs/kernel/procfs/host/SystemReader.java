package kifs.kernel.procfs.host;

import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.ProcessList;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/** Reads the host into SYSTEM and CPU records. Thread-safe. */
public final class SystemReader {
  /** The fields of {@code /proc/pressure/cpu}. */
  private static final long CPU_PRESSURE =
      PressureFile.fields(SystemRecord.CPU_SOME, SystemRecord.CPU_FULL);

  private static final long MEMORY_PRESSURE =
      PressureFile.fields(SystemRecord.MEMORY_SOME, SystemRecord.MEMORY_FULL);
  private static final long IO_PRESSURE =
      PressureFile.fields(SystemRecord.IO_SOME, SystemRecord.IO_FULL);

  public static final long PRESSURE_FIELDS = CPU_PRESSURE | MEMORY_PRESSURE | IO_PRESSURE;

  private final int root;
  private final ProcessList processes;
  private final Units units;

  /**
   * @param root the open root of /proc, which must stay open while the reader is used
   */
  public SystemReader(int root, Units units) {
    this.root = root;
    this.processes = new ProcessList(root);
    this.units = units;
  }

  /** Fills fields of a SYSTEM record. If a file is missing, its fields stay absent. */
  public void read(Scan scan, long fields, Record into) {
    if ((fields & SystemRecord.PROCESSES.bit()) != 0) {
      IdList pids = new IdList();
      processes.read(scan, pids);
      into.set(SystemRecord.PROCESSES, pids.size());
    }
    scan.inDirectory(root);
    if ((fields & SystemStatFile.SYSTEM_FIELDS) != 0 && scan.loadWhole(FileName.STAT) >= 0) {
      SystemStatFile.parse(scan.cursor, fields, units, into);
    }
    if ((fields & MeminfoFile.SYSTEM_FIELDS) != 0 && scan.loadWhole(FileName.MEMINFO) >= 0) {
      MeminfoFile.parse(scan.cursor, fields, into);
    }
    if ((fields & LoadavgFile.SYSTEM_FIELDS) != 0 && scan.load(FileName.LOADAVG) >= 0) {
      LoadavgFile.parse(scan.cursor, fields, into);
    }
    if ((fields & FileNrFile.SYSTEM_FIELDS) != 0 && scan.load(FileName.FILE_NR) >= 0) {
      FileNrFile.parse(scan.cursor, fields, into);
    }
    if ((fields & CPU_PRESSURE) != 0 && scan.load(FileName.PRESSURE_CPU) >= 0) {
      PressureFile.parse(scan.cursor, fields, SystemRecord.CPU_SOME, SystemRecord.CPU_FULL, into);
    }
    if ((fields & MEMORY_PRESSURE) != 0 && scan.load(FileName.PRESSURE_MEMORY) >= 0) {
      PressureFile.parse(
          scan.cursor, fields, SystemRecord.MEMORY_SOME, SystemRecord.MEMORY_FULL, into);
    }
    if ((fields & IO_PRESSURE) != 0 && scan.load(FileName.PRESSURE_IO) >= 0) {
      PressureFile.parse(scan.cursor, fields, SystemRecord.IO_SOME, SystemRecord.IO_FULL, into);
    }
    if ((fields & VmstatFile.SYSTEM_FIELDS) != 0 && scan.loadWhole(FileName.VMSTAT) >= 0) {
      VmstatFile.parse(scan.cursor, into);
    }
  }

  /** Appends a CPU record for each online CPU. */
  public void readCpus(Scan scan, long fields, BulkBuilder into) {
    scan.inDirectory(root);
    if (scan.loadWhole(FileName.STAT) < 0) {
      return;
    }
    for (int cpu = SystemStatFile.nextCpu(scan.cursor);
        cpu >= 0;
        cpu = SystemStatFile.nextCpu(scan.cursor)) {
      Record record = into.append(CpuRecord.TYPE);
      record.set(CpuRecord.CPU, cpu);
      SystemStatFile.parseCpu(scan.cursor, fields, units, record);
    }
  }

  /** The number of online CPUs, at least 1. */
  public int onlineCpus(Scan scan) {
    int count = 0;
    scan.inDirectory(root);
    if (scan.loadWhole(FileName.STAT) >= 0) {
      while (SystemStatFile.nextCpu(scan.cursor) >= 0) {
        count++;
      }
    }
    return Math.max(count, 1);
  }
}
