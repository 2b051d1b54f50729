package kifs.kernel.bpf.pass;

import java.util.Set;
import kifs.kernel.query.Detail;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;

/**
 * Which records the programs make; which of their fields belong to which detail, by what they cost;
 * and which they can't give.
 */
public final class BpfDetails {
  /** Tags of the records that the programs make; the others come through /proc. */
  public static final Set<Integer> TAGS =
      Set.of(
          ProcessRecord.TYPE.tag(),
          ThreadRecord.TYPE.tag(),
          CommandRecord.TYPE.tag(),
          LimitsRecord.TYPE.tag(),
          TotalRecord.TYPE.tag());

  /** Of PROCESS, what the programs don't know. */
  private static final long NOT_OF_PROCESS = mask(ProcessRecord.TYPE, "shm_bytes");

  /** Of THREAD: kernel functions have no names in there, and locks are told apart by us. */
  private static final long NOT_OF_THREAD =
      ThreadRecord.WAIT_CHANNEL.bit()
          | ThreadRecord.WAIT_KIND.bit()
          | ThreadRecord.WAIT_OBJECT.bit()
          | ThreadRecord.WAIT_OWNER.bit();

  /** What lies on the threads' own stacks: it takes as long as half of all the rest. */
  private static final long ON_STACKS =
      ThreadRecord.SYSCALL.bit() | ThreadRecord.SYSCALL_ARG0.bit();

  private static final long IO_OF_THREAD =
      ThreadRecord.RCHAR.bit()
          | ThreadRecord.WCHAR.bit()
          | ThreadRecord.SYSCR.bit()
          | ThreadRecord.SYSCW.bit()
          | ThreadRecord.READ.bit()
          | ThreadRecord.WRITE.bit()
          | ThreadRecord.CANCELLED_WRITE.bit();

  private BpfDetails() {}

  /** The fields of that type that the programs can fill. */
  static long given(RecordType type) {
    if (type == ProcessRecord.TYPE) {
      return type.allFields() & ~NOT_OF_PROCESS;
    }
    if (type == ThreadRecord.TYPE) {
      return type.allFields() & ~NOT_OF_THREAD;
    }
    return type == CommandRecord.TYPE || type == LimitsRecord.TYPE ? type.allFields() : 0;
  }

  /** The fields of that type that belong to a detail. */
  static long of(RecordType type, Detail detail) {
    if (detail == Detail.FULL) {
      return type.allFields();
    }
    if (type == ProcessRecord.TYPE) {
      return given(type) & ~ProcessRecord.OOM_SCORE.bit();
    }
    if (type == ThreadRecord.TYPE) {
      return given(type) & ~ON_STACKS & ~(detail == Detail.LIGHT ? IO_OF_THREAD : 0);
    }
    return given(type);
  }

  private static long mask(RecordType type, String name) {
    return type.field(name) == null ? 0 : type.field(name).bit();
  }
}
