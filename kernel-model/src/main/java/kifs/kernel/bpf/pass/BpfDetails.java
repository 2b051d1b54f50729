package kifs.kernel.bpf.pass;

import java.util.Set;
import kifs.kernel.query.Detail;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;

/**
 * Tables of what the BPF programs provide: the types of the records that they make, the fields that
 * they can fill, and the fields that belong to each {@link Detail}. A detail without a field saves
 * what that field costs. Stateless.
 */
public final class BpfDetails {
  /** Tags of the records that the programs make. Records of other types are read through /proc. */
  public static final Set<Integer> TAGS =
      Set.of(
          ProcessRecord.TYPE.tag(),
          ThreadRecord.TYPE.tag(),
          CommandRecord.TYPE.tag(),
          LimitsRecord.TYPE.tag(),
          TotalRecord.TYPE.tag());

  /** Fields of PROCESS that the programs can't fill. */
  private static final long PROCESS_FROM_PROC = mask(ProcessRecord.TYPE, "shm_bytes");

  /**
   * Fields of THREAD that the programs can't fill. A program has no names for kernel functions, and
   * the daemon classifies locks.
   */
  private static final long THREAD_FROM_PROC =
      ThreadRecord.WAIT_CHANNEL.bit()
          | ThreadRecord.WAIT_KIND.bit()
          | ThreadRecord.WAIT_OBJECT.bit()
          | ThreadRecord.WAIT_OWNER.bit();

  /**
   * Fields that a program reads from the kernel stack of each thread. They take half as long as all
   * other fields together.
   */
  private static final long STACK_FIELDS =
      ThreadRecord.SYSCALL.bit() | ThreadRecord.SYSCALL_ARG0.bit();

  private static final long THREAD_IO =
      ThreadRecord.RCHAR.bit()
          | ThreadRecord.WCHAR.bit()
          | ThreadRecord.SYSCR.bit()
          | ThreadRecord.SYSCW.bit()
          | ThreadRecord.READ.bit()
          | ThreadRecord.WRITE.bit()
          | ThreadRecord.CANCELLED_WRITE.bit();

  private BpfDetails() {}

  /** The fields of a type that the programs can fill, as a mask. */
  static long provided(RecordType type) {
    if (type == ProcessRecord.TYPE) {
      return type.allFields() & ~PROCESS_FROM_PROC;
    }
    if (type == ThreadRecord.TYPE) {
      return type.allFields() & ~THREAD_FROM_PROC;
    }
    return type == CommandRecord.TYPE || type == LimitsRecord.TYPE ? type.allFields() : 0;
  }

  /** The fields of a type that belong to a detail, as a mask. */
  static long fields(RecordType type, Detail detail) {
    if (detail == Detail.FULL) {
      return type.allFields();
    }
    if (type == ProcessRecord.TYPE) {
      return provided(type) & ~ProcessRecord.OOM_SCORE.bit() & ~ProcessRecord.VIEWER;
    }
    if (type == ThreadRecord.TYPE) {
      return provided(type) & ~STACK_FIELDS & ~(detail == Detail.LIGHT ? THREAD_IO : 0);
    }
    return provided(type);
  }

  private static long mask(RecordType type, String name) {
    Field field = type.field(name);
    return field == null ? 0 : field.bit();
  }
}
