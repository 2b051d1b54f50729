package kifs.kernel.bpf.pass;

import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.jspecify.annotations.Nullable;

/**
 * Reads through /proc the fields that a query wants and that the programs can't fill. It reads each
 * process by itself, so a query pays for such fields only if it wants them. Not thread-safe.
 */
final class Complement {
  /** Fields that every record has, so that they are no reason to read /proc. */
  private static final long PROCESS_ID_ONLY = ProcessRecord.PID.bit();

  private static final long THREAD_ID_ONLY = ThreadRecord.TID.bit() | ThreadRecord.PID.bit();

  /** Two clock ticks. /proc states the start of a process in ticks of 10 ms. */
  private static final long TWO_TICKS_NS = 20_000_000;

  private final ProcfsSource procfs;
  private final @Nullable ThreadWaits waits;
  private final long processFields;
  private final long threadFields;
  private final long waitFields;

  /**
   * @param waits what threads wait for; null: that is read through /proc too
   * @param processAsked all fields of PROCESS that the query wants
   * @param threadAsked all fields of THREAD that the query wants
   */
  Complement(
      ProcfsSource procfs, @Nullable ThreadWaits waits, long processAsked, long threadAsked) {
    this.procfs = procfs;
    this.waits = waits;
    waitFields = waits == null ? 0 : threadAsked & ThreadWaits.FIELDS;
    processFields = processAsked & ~BpfDetails.provided(ProcessRecord.TYPE) & ~PROCESS_ID_ONLY;
    threadFields =
        threadAsked & ~BpfDetails.provided(ThreadRecord.TYPE) & ~THREAD_ID_ONLY & ~waitFields;
  }

  /** Whether {@link #fillProcess} has fields to fill. */
  boolean needsProcesses() {
    return processFields != 0;
  }

  /** Whether {@link #fillThread} has fields to fill. */
  boolean needsThreads() {
    return (threadFields | waitFields) != 0;
  }

  /** Fills the missing fields of a PROCESS. If the process has vanished they stay absent. */
  void fillProcess(Record record) {
    try (ProcessRef process = procfs.process((int) record.get(ProcessRecord.PID)).orElse(null)) {
      Record found = Record.allocate(ProcessRecord.TYPE);
      if (process != null
          && process.read(processFields | ProcessRecord.START.bit(), found)
          && isSameProcess(found, record)) {
        Fields.copy(found, processFields, record);
      }
    }
  }

  /** Fills the missing fields of a THREAD. If the thread has vanished they stay absent. */
  void fillThread(Record record) {
    if (waits != null && waitFields != 0) {
      waits.fill(waitFields, record);
    }
    if (threadFields != 0) {
      readFromProc(record);
    }
  }

  private void readFromProc(Record record) {
    try (ProcessRef process = procfs.process((int) record.get(ThreadRecord.PID)).orElse(null);
        ThreadRef thread =
            process == null
                ? null
                : process.thread((int) record.get(ThreadRecord.TID)).orElse(null)) {
      Record found = Record.allocate(ThreadRecord.TYPE);
      if (thread != null && thread.read(threadFields, found)) {
        Fields.copy(found, threadFields, record);
      }
    }
  }

  /**
   * Whether two records are about one process. Both must have the same start time, as exactly as
   * /proc states it.
   */
  private static boolean isSameProcess(Record now, Record then) {
    return !then.has(ProcessRecord.START)
        || Math.abs(now.get(ProcessRecord.START) - then.get(ProcessRecord.START)) < TWO_TICKS_NS;
  }
}
