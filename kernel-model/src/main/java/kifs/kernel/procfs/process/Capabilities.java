package kifs.kernel.procfs.process;

import java.util.Set;
import kifs.kernel.bulk.Totals;
import kifs.kernel.procfs.cgroups.CgroupFields;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fields that this /proc can provide, found out once by trying. Immutable and thread-safe.
 *
 * @param live whether the root is the running kernel's /proc of our own pid namespace, so that ids
 *     in it mean the same to system calls
 * @param clocks whether a process's CPU-time clock can be read, and fails for an id that is no
 *     process
 * @param fdSizes whether the size of {@code fd} is the number of open files (since Linux 6.2)
 * @param cgroups the mount point of cgroup v2; null if it isn't mounted
 * @param processFields the fields of PROCESS that can be filled
 * @param threadFields the fields of THREAD that can be filled
 * @param systemFields the fields of SYSTEM that can be filled
 * @param cgroupFields the fields of CGROUP that can be filled
 */
public record Capabilities(
    boolean live,
    boolean clocks,
    boolean fdSizes,
    @Nullable String cgroups,
    long processFields,
    long threadFields,
    long systemFields,
    long cgroupFields) {
  /** Types whose fields are provided at every detail. */
  private static final Set<RecordType> SAME_AT_EVERY_DETAIL =
      Set.of(CpuRecord.TYPE, CommandRecord.TYPE, ShmRecord.TYPE, ShmUserRecord.TYPE);

  /** The fields of a type that belong to a detail and can be filled. */
  public long fields(RecordType type, Detail detail) {
    if (type == SystemRecord.TYPE) {
      return systemFields;
    }
    if (type == ProcessRecord.TYPE) {
      return Details.process(detail) & processFields;
    }
    if (type == ThreadRecord.TYPE) {
      return Details.thread(detail) & threadFields;
    }
    if (type == TotalRecord.TYPE) {
      return Totals.fieldsFor(fields(ProcessRecord.TYPE, detail));
    }
    if (type == FdRecord.TYPE) {
      return Details.fd(detail);
    }
    if (type == CgroupRecord.TYPE) {
      return CgroupFields.of(detail) & cgroupFields;
    }
    if (type == WaitRecord.TYPE) {
      return waitFields();
    }
    if (type == LimitsRecord.TYPE) {
      return type.allFields() & ~LimitsRecord.used("nproc").bit();
    }
    return SAME_AT_EVERY_DETAIL.contains(type) ? type.allFields() : 0;
  }

  /** The fields of a type that a query asks for and that can be filled. */
  public long fields(Query query, RecordType type) {
    return query.fields(type, fields(type, query.detail()));
  }

  /**
   * Sums over records of one type, as far as a query asks for them in a TOTAL.
   *
   * @param summed PROCESS or THREAD
   */
  public Totals totals(Query query, RecordType summed) {
    return new Totals(summed, fields(query, TotalRecord.TYPE), fields(summed, Detail.FULL));
  }

  /**
   * The fields of WAIT that can be filled. A WAIT needs the thread's system call, and its SINCE
   * needs the time when the thread last ran.
   */
  private long waitFields() {
    if ((threadFields & ThreadRecord.SYSCALL.bit()) == 0) {
      return 0;
    }
    boolean lastRan = (threadFields & ThreadRecord.LAST_RAN.bit()) != 0;
    return lastRan
        ? WaitRecord.TYPE.allFields()
        : WaitRecord.TYPE.allFields() & ~WaitRecord.SINCE.bit();
  }
}
