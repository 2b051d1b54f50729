package kifs.kernel.procfs.process;

import kifs.kernel.query.Detail;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;

/** Assigns fields to details by the cost of the files that hold them. Stateless and thread-safe. */
final class Details {
  private static final long LIGHT_PROCESS =
      ProcessRecord.PID.bit()
          | StatFile.PROCESS_FIELDS
          | StatmFile.PROCESS_FIELDS
          | ProcessRecord.FDS.bit();
  private static final long LIGHT_THREAD =
      ThreadRecord.TID.bit() | ThreadRecord.PID.bit() | StatFile.THREAD_FIELDS;

  /** The fields that the links in {@code /proc/[pid]/fd} provide without another file. */
  private static final long LIGHT_FD =
      FdRecord.PID.bit()
          | FdRecord.FD.bit()
          | FdRecord.PATH_OFFSET.bit()
          | FdRecord.PATH_LENGTH.bit();

  private Details() {}

  static long process(Detail detail) {
    return switch (detail) {
      case LIGHT -> LIGHT_PROCESS;
      // For the OOM score the kernel visits every thread of the process, for shared memory every
      // mapping.
      case NORMAL ->
          ProcessRecord.TYPE.allFields()
              & ~ProcessRecord.OOM_SCORE.bit()
              & ~ProcessRecord.SHM.bit()
              & ~ProcessRecord.VIEWER;
      case FULL -> ProcessRecord.TYPE.allFields();
    };
  }

  static long fd(Detail detail) {
    return detail == Detail.LIGHT ? LIGHT_FD : FdRecord.TYPE.allFields();
  }

  static long thread(Detail detail) {
    return switch (detail) {
      case LIGHT -> LIGHT_THREAD;
      case NORMAL -> LIGHT_THREAD | StatusFile.THREAD_FIELDS | SchedstatFile.THREAD_FIELDS;
      case FULL -> ThreadRecord.TYPE.allFields();
    };
  }
}
