package kifs.kernel.procfs.process;

import java.util.Set;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
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

/**
 * What this kernel gives, found out once by trying.
 *
 * @param live the root is the running kernel's /proc of our own pid namespace: ids mean the same to
 *     system calls as in it
 * @param clocks a process's CPU-time clock can be read, and fails for what is no process
 * @param fdSizes the size of {@code fd} is the number of open files (Linux 6.2)
 * @param cgroups where cgroup v2 is mounted; null: nowhere
 * @param processFields of PROCESS that can be filled
 * @param threadFields of THREAD that can be filled
 * @param systemFields of SYSTEM that can be filled
 */
public record Capabilities(
    boolean live,
    boolean clocks,
    boolean fdSizes,
    String cgroups,
    long processFields,
    long threadFields,
    long systemFields) {
  /** Whose fields are given whatever the detail. */
  private static final Set<RecordType> WHOLE =
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
    if (type == WaitRecord.TYPE) {
      return waitFields();
    }
    if (type == LimitsRecord.TYPE) {
      return type.allFields() & ~LimitsRecord.used("nproc").bit();
    }
    return WHOLE.contains(type) ? type.allFields() : 0;
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

  /** Of WAIT: without system calls nothing is known, without last-ran times not since when. */
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
