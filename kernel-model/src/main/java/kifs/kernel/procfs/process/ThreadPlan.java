package kifs.kernel.procfs.process;

import kifs.kernel.record.ThreadRecord;

/** Which files to read for some fields of a THREAD. Made once a pass. */
public final class ThreadPlan {
  public static final long WAIT_FIELDS =
      ThreadRecord.WAIT_KIND.bit() | ThreadRecord.WAIT_OBJECT.bit() | ThreadRecord.WAIT_OWNER.bit();
  public static final long SYSCALL_FIELDS =
      WAIT_FIELDS | ThreadRecord.SYSCALL.bit() | ThreadRecord.SYSCALL_ARG0.bit();

  /** To know whether a thread sleeps, and on which processor's clock it last ran. */
  private static final long STATE = ThreadRecord.STATE.bit();

  private static final long PROCESSOR = ThreadRecord.PROCESSOR.bit();

  public final long fields;
  final long statFields;
  final long statusFields;
  final long schedstatFields;
  final long ioFields;
  final boolean wchan;
  final boolean syscall;
  final boolean wait;
  public final boolean lastRan;

  /** Fields that are read because others need them. */
  final long extraFields;

  public ThreadPlan(long wanted, Capabilities kernel) {
    fields = wanted & kernel.threadFields();
    syscall = (fields & SYSCALL_FIELDS) != 0;
    wait = (fields & WAIT_FIELDS) != 0;
    lastRan = (fields & ThreadRecord.LAST_RAN.bit()) != 0;
    statFields = (fields & StatFile.THREAD_FIELDS) | (wait ? STATE : 0) | (lastRan ? PROCESSOR : 0);
    statusFields = fields & StatusFile.THREAD_FIELDS;
    schedstatFields = fields & SchedstatFile.THREAD_FIELDS;
    ioFields = fields & IoFile.THREAD_FIELDS;
    wchan = (fields & ThreadRecord.WAIT_CHANNEL.bit()) != 0;
    extraFields = statFields & ~fields;
  }
}
