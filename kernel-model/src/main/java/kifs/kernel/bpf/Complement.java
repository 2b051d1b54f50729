package kifs.kernel.bpf;

import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;

/**
 * Asks /proc for those fields that were wanted and that the programs can't give. Each process is
 * asked for by itself: whoever wants them pays for them. Not thread-safe.
 */
final class Complement {
  private static final long NONE_OF_PROCESS = ProcessRecord.PID.bit();
  private static final long NONE_OF_THREAD = ThreadRecord.TID.bit() | ThreadRecord.PID.bit();

  private static final long TICKS_NS = 20_000_000;

  private final ProcfsSource procfs;
  private final ThreadWaits waits;
  private final long processFields;
  private final long threadFields;
  private final long waitFields;

  /**
   * @param waits what threads wait for; null: /proc is asked for that too
   * @param processAsked of PROCESS, all fields wanted
   * @param threadAsked of THREAD
   */
  Complement(ProcfsSource procfs, ThreadWaits waits, long processAsked, long threadAsked) {
    this.procfs = procfs;
    this.waits = waits;
    waitFields = waits == null ? 0 : threadAsked & ThreadWaits.FIELDS;
    processFields = processAsked & ~BpfDetails.given(ProcessRecord.TYPE) & ~NONE_OF_PROCESS;
    threadFields =
        threadAsked & ~BpfDetails.given(ThreadRecord.TYPE) & ~NONE_OF_THREAD & ~waitFields;
  }

  boolean ofProcesses() {
    return processFields != 0;
  }

  boolean ofThreads() {
    return (threadFields | waitFields) != 0;
  }

  /** Fills what is missing in a PROCESS; of one that has gone it stays absent. */
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

  /** The same for a THREAD. */
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

  /** By the time it started, which /proc tells in ticks. */
  private static boolean isTheSame(Record now, Record then) {
    return !then.has(ProcessRecord.START)
        || Math.abs(now.get(ProcessRecord.START) - then.get(ProcessRecord.START)) < TICKS_NS;
  }
}
