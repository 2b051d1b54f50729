package kifs.kernel.bpf.pass;

import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/**
 * Reads through /proc the fields that a query wants and that the programs can't fill. It reads each
 * process by itself, so a query pays for such fields only if it wants them. Not thread-safe.
 */
final class Complement {
  /** Fields that every record has, and that are no reason to ask /proc. */
  private static final long PROCESS_ID_ONLY = ProcessRecord.PID.bit();

  private static final long THREAD_ID_ONLY = ThreadRecord.TID.bit() | ThreadRecord.PID.bit();

  /** Two ticks of the clock by which /proc tells when a process started. */
  private static final long TICKS_NS = 20_000_000;

  private final ProcfsSource procfs;
  private final ThreadWaits waits;
  private final long processFields;
  private final long threadFields;
  private final long waitFields;

  /**
   * @param waits what threads wait for; null: /proc is asked for that too
   * @param processAsked all fields of PROCESS that are wanted
   * @param threadAsked all fields of THREAD that are wanted
   */
  Complement(ProcfsSource procfs, ThreadWaits waits, long processAsked, long threadAsked) {
    this.procfs = procfs;
    this.waits = waits;
    waitFields = waits == null ? 0 : threadAsked & ThreadWaits.FIELDS;
    processFields = processAsked & ~BpfDetails.given(ProcessRecord.TYPE) & ~PROCESS_ID_ONLY;
    threadFields =
        threadAsked & ~BpfDetails.given(ThreadRecord.TYPE) & ~THREAD_ID_ONLY & ~waitFields;
  }

  /** Whether {@link #process} has anything to fill. */
  boolean ofProcesses() {
    return processFields != 0;
  }

  /** Whether {@link #thread} has anything to fill. */
  boolean ofThreads() {
    return (threadFields | waitFields) != 0;
  }

  /** Fills the fields that are missing in a PROCESS; if the process has gone they stay absent. */
  void process(Record record) {
    try (ProcessRef process = procfs.process((int) record.get(ProcessRecord.PID)).orElse(null)) {
      Record rest = Record.allocate(ProcessRecord.TYPE);
      if (process != null
          && process.read(processFields | ProcessRecord.START.bit(), rest)
          && isTheSame(rest, record)) {
        Fields.copy(rest, processFields, record);
      }
    }
  }

  /** Fills the fields that are missing in a THREAD; if the thread has gone they stay absent. */
  void thread(Record record) {
    if (waitFields != 0) {
      waits.fill(waitFields, record);
    }
    if (threadFields != 0) {
      ask(record);
    }
  }

  private void ask(Record record) {
    try (ProcessRef process = procfs.process((int) record.get(ThreadRecord.PID)).orElse(null);
        ThreadRef thread =
            process == null
                ? null
                : process.thread((int) record.get(ThreadRecord.TID)).orElse(null)) {
      Record rest = Record.allocate(ThreadRecord.TYPE);
      if (thread != null && thread.read(threadFields, rest)) {
        Fields.copy(rest, threadFields, record);
      }
    }
  }

  /** Two records are of one process if it started at the same time, which /proc tells in ticks. */
  private static boolean isTheSame(Record now, Record then) {
    return !then.has(ProcessRecord.START)
        || Math.abs(now.get(ProcessRecord.START) - then.get(ProcessRecord.START)) < TICKS_NS;
  }
}
