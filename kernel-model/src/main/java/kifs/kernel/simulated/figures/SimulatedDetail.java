package kifs.kernel.simulated.figures;

import java.util.List;
import kifs.kernel.query.Detail;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;

/**
 * The fields that a simulated kernel provides at each level of detail. All fields cost the same
 * here, but a lower level provides fewer of them, as a live source does. Stateless.
 */
public final class SimulatedDetail {
  public static final List<Pressure> PRESSURES =
      List.of(
          SystemRecord.CPU_SOME,
          SystemRecord.CPU_FULL,
          SystemRecord.MEMORY_SOME,
          SystemRecord.MEMORY_FULL,
          SystemRecord.IO_SOME,
          SystemRecord.IO_FULL);

  private static final long PROCESS_IO =
      Field.mask(
          ProcessRecord.RCHAR,
          ProcessRecord.WCHAR,
          ProcessRecord.SYSCR,
          ProcessRecord.SYSCW,
          ProcessRecord.READ,
          ProcessRecord.WRITE,
          ProcessRecord.CANCELLED_WRITE,
          ProcessRecord.OOM_SCORE,
          ProcessRecord.OOM_SCORE_ADJ,
          ProcessRecord.SHM,
          ProcessRecord.CAPABILITIES,
          ProcessRecord.VIEWER_UID,
          ProcessRecord.VIEWER_GID);

  private static final long PROCESS_STATUS =
      Field.mask(
          ProcessRecord.EUID,
          ProcessRecord.EGID,
          ProcessRecord.FDS,
          ProcessRecord.FD_LIMIT,
          ProcessRecord.RUN_DELAY,
          ProcessRecord.RSS_PEAK,
          ProcessRecord.SWAP,
          ProcessRecord.VOLUNTARY_SWITCHES,
          ProcessRecord.INVOLUNTARY_SWITCHES,
          ProcessRecord.CGROUP_ID);

  private static final long THREAD_IO =
      Field.mask(
          ThreadRecord.RCHAR,
          ThreadRecord.WCHAR,
          ThreadRecord.SYSCR,
          ThreadRecord.SYSCW,
          ThreadRecord.READ,
          ThreadRecord.WRITE,
          ThreadRecord.CANCELLED_WRITE);

  private static final long THREAD_STATUS =
      Field.mask(
          ThreadRecord.VOLUNTARY_SWITCHES,
          ThreadRecord.INVOLUNTARY_SWITCHES,
          ThreadRecord.RUN_DELAY,
          ThreadRecord.WAIT_KIND,
          ThreadRecord.WAIT_OWNER,
          ThreadRecord.WAIT_OBJECT,
          ThreadRecord.WAIT_CHANNEL,
          ThreadRecord.SYSCALL,
          ThreadRecord.SYSCALL_ARG0,
          ThreadRecord.LAST_RAN);

  private SimulatedDetail() {}

  /** The mask of the provided fields of a type. */
  public static long fields(RecordType type, Detail detail) {
    if (type == ProcessRecord.TYPE) {
      return type.allFields() & ~without(detail, PROCESS_IO, PROCESS_STATUS);
    }
    if (type == ThreadRecord.TYPE) {
      return type.allFields() & ~without(detail, THREAD_IO, THREAD_STATUS);
    }
    // What is usual is learned by the daemon, not by the kernel.
    return BaselineRecord.isBaseline(type) ? 0 : type.allFields();
  }

  /** The mask of the fields that a level of detail doesn't provide. */
  private static long without(Detail detail, long io, long status) {
    return switch (detail) {
      case LIGHT -> io | status;
      case NORMAL -> io;
      case FULL -> 0;
    };
  }
}
