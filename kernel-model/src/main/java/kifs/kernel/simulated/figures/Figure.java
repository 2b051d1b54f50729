package kifs.kernel.simulated.figures;

import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;

/** A counter that each thread has, with the fields of THREAD and PROCESS that show it. */
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

  /** All figures, by ordinal. Must not be changed. */
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

  /** Whether PROCESS shows the main thread's counter, as /proc does, and not the threads' sum. */
  public boolean isOfMainThread() {
    return this == RUN_DELAY || this == VOLUNTARY || this == INVOLUNTARY;
  }
}
