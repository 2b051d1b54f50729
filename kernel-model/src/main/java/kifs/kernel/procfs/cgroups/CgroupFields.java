package kifs.kernel.procfs.cgroups;

import kifs.kernel.query.Detail;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;

/** Groups of fields of CGROUP, by what they cost. Stateless and thread-safe. */
public final class CgroupFields {
  static final long PATH = CgroupRecord.PATH_OFFSET.bit() | CgroupRecord.PATH_LENGTH.bit();

  /** The fields that every group has, whatever its controllers are. */
  static final long OF_ANY =
      PATH
          | Field.mask(
              CgroupRecord.ID,
              CgroupRecord.PARENT,
              CgroupRecord.DEPTH,
              CgroupRecord.VERSIONS,
              CgroupRecord.CONTROLLERS,
              CgroupRecord.MEMORY_EFFECTIVE);

  private static final long LIGHT =
      OF_ANY & ~CgroupRecord.CONTROLLERS.bit() & ~CgroupRecord.MEMORY_EFFECTIVE.bit()
          | Field.mask(
              CgroupRecord.CPU_USAGE,
              CgroupRecord.CPU_USER,
              CgroupRecord.CPU_SYSTEM,
              CgroupRecord.CPU_PERIODS,
              CgroupRecord.CPU_THROTTLED,
              CgroupRecord.CPU_THROTTLED_TIME,
              CgroupRecord.MEMORY,
              CgroupRecord.PIDS);

  /** For these the kernel adds up the figures of every CPU, or of every device. */
  private static final long EXPENSIVE =
      Field.mask(
          CgroupRecord.ANON,
          CgroupRecord.FILE,
          CgroupRecord.SHMEM,
          CgroupRecord.MAJOR_FAULTS,
          CgroupRecord.READ,
          CgroupRecord.WRITE,
          CgroupRecord.READS,
          CgroupRecord.WRITES,
          CgroupRecord.CONTROLLERS,
          CgroupRecord.DYING,
          CgroupRecord.DESCENDANTS);

  private CgroupFields() {}

  /** The fields that belong to a detail. */
  public static long of(Detail detail) {
    return switch (detail) {
      case LIGHT -> LIGHT;
      case NORMAL -> CgroupRecord.TYPE.allFields() & ~EXPENSIVE;
      case FULL -> CgroupRecord.TYPE.allFields();
    };
  }
}
