package kifs.kernel.procfs.process;

import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.SyscallFile;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/** Reads one thread into a THREAD record. Thread-safe. */
public final class ThreadReader {
  private final Units units;
  private final WaitReader waits;
  private final SchedulerClock clock;

  public ThreadReader(Units units, WaitReader waits, SchedulerClock clock) {
    this.units = units;
    this.waits = waits;
    this.clock = clock;
  }

  /**
   * Fills the fields of the plan. If the thread vanishes after {@code stat} was read, the record
   * keeps what was read and is flagged INCOMPLETE.
   *
   * @param scan its names are relative to the directory of the thread
   * @return false if the thread has vanished and the record is of no use
   */
  public boolean read(Scan scan, int pid, int tid, ThreadPlan plan, Record into) {
    into.set(ThreadRecord.TID, tid);
    into.set(ThreadRecord.PID, pid);
    boolean proven = false;
    if (plan.statFields != 0) {
      int length = scan.load(FileName.STAT);
      if (hasGone(scan, length)) {
        return false;
      }
      if (length >= 0) {
        StatFile.parse(scan.cursor, plan.statFields, units, into);
        proven = true;
      }
    }
    boolean there = readMore(scan, plan, into) && (proven || scan.exists(FileName.STAT));
    into.clearAll(plan.extraFields);
    if (!there && proven) {
      into.addFlag(Record.INCOMPLETE);
    }
    return there || proven;
  }

  private boolean readMore(Scan scan, ThreadPlan plan, Record into) {
    int result = 0;
    if (plan.statusFields != 0 && (result = scan.load(FileName.STATUS)) >= 0) {
      StatusFile.parse(scan.cursor, plan.statusFields, into);
    }
    if (!hasGone(scan, result)
        && plan.schedstatFields != 0
        && (result = scan.load(FileName.SCHEDSTAT)) >= 0) {
      SchedstatFile.parse(scan.cursor, plan.schedstatFields, into);
    }
    if (!hasGone(scan, result) && plan.ioFields != 0 && (result = scan.load(FileName.IO)) >= 0) {
      IoFile.parse(scan.cursor, plan.ioFields, into);
    }
    if (!hasGone(scan, result) && plan.wchan && (result = scan.load(FileName.WCHAN)) >= 0) {
      WchanFile.parse(scan.cursor, into);
    }
    if (!hasGone(scan, result) && plan.lastRan && (result = scan.load(FileName.SCHED)) >= 0) {
      lastRan(scan, into);
    }
    if (!hasGone(scan, result) && plan.syscall && (result = scan.load(FileName.SYSCALL)) >= 0) {
      syscall(scan, plan, into);
    }
    return !hasGone(scan, result);
  }

  private void lastRan(Scan scan, Record into) {
    long execStart = SchedFile.execStart(scan.cursor);
    if (execStart >= 0) {
      long when = clock.boottimeNs(execStart, (int) into.get(ThreadRecord.PROCESSOR));
      if (when >= 0) {
        into.set(ThreadRecord.LAST_RAN, when);
      }
    }
  }

  private void syscall(Scan scan, ThreadPlan plan, Record into) {
    SyscallFile call = scan.syscall;
    if (!call.parse(scan.cursor)) {
      return;
    }
    if (!call.isRunning() && (plan.fields & ThreadRecord.SYSCALL.bit()) != 0) {
      into.set(ThreadRecord.SYSCALL, call.number());
    }
    if (!call.isRunning()
        && call.number() >= 0
        && (plan.fields & ThreadRecord.SYSCALL_ARG0.bit()) != 0) {
      into.set(ThreadRecord.SYSCALL_ARG0, call.argument(0));
    }
    if (plan.wait) {
      waits.read(scan, plan.fields, into);
    }
  }

  private static boolean hasGone(Scan scan, int result) {
    return result == -Syscalls.ESRCH || result == -Syscalls.ENOENT && !scan.exists(FileName.STAT);
  }
}
