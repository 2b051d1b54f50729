package kifs.kernel.procfs.process;

import kifs.kernel.record.ThreadRecord;

/**
 * The files from which some fields of THREAD are filled. A pass makes one plan. Immutable and
 * thread-safe.
 */
public final class ThreadPlan {
  public static final long WAIT_FIELDS =
      ThreadRecord.WAIT_KIND.bit() | ThreadRecord.WAIT_OBJECT.bit() | ThreadRecord.WAIT_OWNER.bit();
  public static final long SYSCALL_FIELDS =
      WAIT_FIELDS | ThreadRecord.SYSCALL.bit() | ThreadRecord.SYSCALL_ARG0.bit();

  /** Needed for waits, because only a sleeping thread waits. */
  private static final long STATE = ThreadRecord.STATE.bit();

  /** Needed for last-ran times, because each CPU has its own {@code sched_clock}. */
  private static final long CPU = ThreadRecord.PROCESSOR.bit();

  public final long fields;
  final long statFields;
  final long statusFields;
  final long schedstatFields;
  final long ioFields;
  final boolean wchan;
  final boolean syscall;
  final boolean wait;
  public final boolean lastRan;

  /** Whether a file is needed whose read waits for the end of an exec of the process. */
  public final boolean guarded;

  /** Fields that are read only because other fields are derived from them. */
  final long extraFields;

  public ThreadPlan(long wanted, Capabilities kernel) {
    fields = wanted & kernel.threadFields();
    syscall = (fields & SYSCALL_FIELDS) != 0;
    wait = (fields & WAIT_FIELDS) != 0;
    lastRan = (fields & ThreadRecord.LAST_RAN.bit()) != 0;
    statFields = (fields & StatFile.THREAD_FIELDS) | (wait ? STATE : 0) | (lastRan ? CPU : 0);
    statusFields = fields & StatusFile.THREAD_FIELDS;
    schedstatFields = fields & SchedstatFile.THREAD_FIELDS;
    ioFields = fields & IoFile.THREAD_FIELDS;
    guarded = syscall || ioFields != 0;
    wchan = (fields & ThreadRecord.WAIT_CHANNEL.bit()) != 0;
    extraFields = statFields & ~fields;
  }

  /** This plan without the fields that an unreadable process doesn't have. */
  public ThreadPlan ofUnreadable(Capabilities kernel) {
    return new ThreadPlan(fields & ~SYSCALL_FIELDS & ~IoFile.THREAD_FIELDS, kernel);
  }
}
