package kifs.kernel.record;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * TOTAL: sums over entities of one kind. {@link #SUMS} pairs each field of TOTAL with the PROCESS
 * field that it sums. A total over the threads of one process sums the THREAD field of the same
 * name, if there is one.
 */
public final class TotalRecord {
  private static final Layout LAYOUT =
      new Layout(20, "TOTAL", "sums over processes, threads, shared-memory objects or cgroups");

  /**
   * A field of TOTAL and the fields that it sums. Immutable.
   *
   * @param total the sum
   * @param ofProcess the summed field of PROCESS
   * @param ofThread the summed field of THREAD; null: threads don't have it
   */
  public record Sum(Field total, Field ofProcess, @Nullable Field ofThread) {}

  public static final Field ENTITIES =
      LAYOUT.u64(
          "entities",
          "",
          "number of processes, threads, objects or cgroups that were summed",
          "",
          Guard.OPEN);

  static {
    LAYOUT.absent();
  }

  private static final List<Sum> FIRST = define(first());

  // The following sums exist only for shared-memory objects.

  public static final Field SHM_SIZE = ofShm(ShmRecord.SIZE);
  public static final Field SHM_RESIDENT = ofShm(ShmRecord.RESIDENT);
  public static final Field SHM_USERS =
      LAYOUT.u64(
          "shm_users",
          "",
          "number of pairs of a shared-memory object and a process that maps it",
          "",
          Guard.ALL_PROCESSES);

  private static final List<Sum> LATER = define(List.of(ProcessRecord.RSS_HUGE));

  // The following sums exist only for cgroups.

  public static final Field CGROUP_CPU = ofCgroup(CgroupRecord.CPU_USAGE);
  public static final Field CGROUP_MEMORY = ofCgroup(CgroupRecord.MEMORY);
  public static final Field CGROUP_SWAP = ofCgroup(CgroupRecord.SWAP);
  public static final Field CGROUP_PIDS = ofCgroup(CgroupRecord.PIDS);
  public static final Field CGROUP_READ = ofCgroup(CgroupRecord.READ);
  public static final Field CGROUP_WRITE = ofCgroup(CgroupRecord.WRITE);

  public static final List<Sum> SUMS = Stream.concat(FIRST.stream(), LATER.stream()).toList();

  public static final RecordType TYPE = LAYOUT.fixed();

  private static Field ofShm(Field of) {
    return LAYOUT.u64(
        "shm_" + of.name(),
        of.unit(),
        "sum: " + of.doc() + ", of SHM",
        of.source(),
        Guard.ALL_PROCESSES);
  }

  private static Field ofCgroup(Field of) {
    return LAYOUT.u64(
        "cgroup_" + of.name(), of.unit(), "sum: " + of.doc() + ", of CGROUP", of.source());
  }

  private static List<Field> first() {
    return List.of(
        ProcessRecord.THREADS,
        ProcessRecord.FDS,
        ProcessRecord.UTIME,
        ProcessRecord.STIME,
        ProcessRecord.CHILDREN_UTIME,
        ProcessRecord.CHILDREN_STIME,
        ProcessRecord.RUNTIME,
        ProcessRecord.RUN_DELAY,
        ProcessRecord.MINOR_FAULTS,
        ProcessRecord.MAJOR_FAULTS,
        ProcessRecord.CHILDREN_MINOR_FAULTS,
        ProcessRecord.CHILDREN_MAJOR_FAULTS,
        ProcessRecord.VOLUNTARY_SWITCHES,
        ProcessRecord.INVOLUNTARY_SWITCHES,
        ProcessRecord.VSIZE,
        ProcessRecord.RSS,
        ProcessRecord.RSS_ANON,
        ProcessRecord.RSS_FILE,
        ProcessRecord.RSS_SHMEM,
        ProcessRecord.SWAP,
        ProcessRecord.RCHAR,
        ProcessRecord.WCHAR,
        ProcessRecord.SYSCR,
        ProcessRecord.SYSCW,
        ProcessRecord.READ,
        ProcessRecord.WRITE,
        ProcessRecord.CANCELLED_WRITE,
        ProcessRecord.SHM);
  }

  /** PROCESS counts threads that have ended, but they have no THREAD, so no sum of threads does. */
  private static String doc(Field field) {
    return "sum: "
        + field
            .doc()
            .replace(
                ", dead threads included",
                ", of processes dead threads included, of threads the living ones only");
  }

  private static List<Sum> define(List<Field> summed) {
    List<Sum> sums = new ArrayList<>();
    for (Field field : summed) {
      Field total =
          LAYOUT.u64(field.name(), field.unit(), doc(field), field.source(), field.guard().ofSum());
      sums.add(new Sum(total, field, ThreadRecord.TYPE.field(field.name())));
    }
    return List.copyOf(sums);
  }

  /** The sum of that PROCESS field. */
  public static Field of(Field ofProcess) {
    for (Sum sum : SUMS) {
      if (sum.ofProcess() == ofProcess) {
        return sum.total();
      }
    }
    throw new IllegalArgumentException(ofProcess + " is not summed");
  }

  private TotalRecord() {}
}
