package kifs.kernel.simulated.figures;

import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;

/** What a thread counts, and the fields of THREAD and PROCESS that show it. */
public enum Figure {
  UTIME(ThreadRecord.UTIME, ProcessRecord.UTIME),
  STIME(ThreadRecord.STIME, ProcessRecord.STIME),
  RUN_DELAY(ThreadRecord.RUN_DELAY, ProcessRecord.RUN_DELAY),
  VOLUNTARY(ThreadRecord.VOLUNTARY_SWITCHES, ProcessRecord.VOLUNTARY_SWITCHES),
  INVOLUNTARY(ThreadRecord.INVOLUNTARY_SWITCHES, ProcessRecord.INVOLUNTARY_SWITCHES),
  MINOR_FAULTS(ThreadRecord.MINOR_FAULTS, ProcessRecord.MINOR_FAULTS),
  MAJOR_FAULTS(ThreadRecord.MAJOR_FAULTS, ProcessRecord.MAJOR_FAULTS),
  RCHAR(ThreadRecord.RCHAR, ProcessRecord.RCHAR),
  WCHAR(ThreadRecord.WCHAR, ProcessRecord.WCHAR),
  SYSCR(ThreadRecord.SYSCR, ProcessRecord.SYSCR),
  SYSCW(ThreadRecord.SYSCW, ProcessRecord.SYSCW),
  READ(ThreadRecord.READ, ProcessRecord.READ),
  WRITE(ThreadRecord.WRITE, ProcessRecord.WRITE),
  CANCELLED_WRITE(ThreadRecord.CANCELLED_WRITE, ProcessRecord.CANCELLED_WRITE);

  public static final Figure[] ALL = values();

  private final Field ofThread;
  private final Field ofProcess;

  Figure(Field ofThread, Field ofProcess) {
    this.ofThread = ofThread;
    this.ofProcess = ofProcess;
  }

  public Field ofThread() {
    return ofThread;
  }

  public Field ofProcess() {
    return ofProcess;
  }

  /** Whether PROCESS shows the main thread's own, as /proc does, instead of the group's sum. */
  public boolean isOfMainThread() {
    return this == RUN_DELAY || this == VOLUNTARY || this == INVOLUNTARY;
  }
}
