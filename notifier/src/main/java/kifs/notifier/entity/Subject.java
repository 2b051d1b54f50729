package kifs.notifier.entity;

import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.ThreadRef;

/**
 * The entity that is being looked at, and what an event would say of it.
 *
 * @param key tells it from others of the same kind
 * @param bornNs boot time at which it began
 * @param uid real user id of its process; -1: not asked for yet
 * @param comm raw bytes, one char each; empty for the system and for sums
 */
public record Subject(long key, int pid, int tid, long bornNs, long uid, String comm) {
  /** The host, or several entities together. */
  public static final Subject HOST = new Subject(0, 0, 0, 0, 0, "");

  private static final Identity PROCESS = Identity.of(ProcessRecord.TYPE);
  private static final Identity THREAD = Identity.of(ThreadRecord.TYPE);

  private static final Identity SHM = Identity.of(ShmRecord.TYPE);

  private static final long IDENTITY =
      ProcessRecord.START.bit() | ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  /** Reads who a process is. */
  static Subject of(ProcessRef ref) throws EntityGoneException {
    Record process = Record.allocate(ProcessRecord.TYPE);
    if (!ref.read(IDENTITY, process)) {
      throw new EntityGoneException("process " + ref.pid());
    }
    return PROCESS.subject(ref.pid(), 0, process);
  }

  /** Reads who a thread is: its name is its own, its user is its process's. */
  static Subject of(ProcessRef owner, ThreadRef ref) throws EntityGoneException {
    Subject process = of(owner);
    Record thread = Record.allocate(ThreadRecord.TYPE);
    if (!ref.read(ThreadRecord.START.bit() | ThreadRecord.COMM.bit(), thread)) {
      throw new EntityGoneException("thread " + ref.tid() + " of process " + owner.pid());
    }
    return THREAD.subject(owner.pid(), ref.tid(), thread).ownedBy(process.uid);
  }

  /** Reads who a shared-memory object is. */
  static Subject of(ShmRef ref) throws EntityGoneException {
    Record shm = Record.allocate(ShmRecord.TYPE);
    if (!ref.read(SHM.fields(), shm, Cancellation.NEVER)) {
      throw new EntityGoneException("shared-memory object " + ref.id());
    }
    return new Subject(ref.id(), 0, 0, 0, shm.get(ShmRecord.UID), "");
  }

  /**
   * With the user that its process has now, and if it is the process the name, because both change;
   * a zombie can still be asked. As it was if nobody can be asked any more.
   */
  public Subject asked(ProcessRef ref) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    // A process that began later than what was seen is another one, with the same id.
    if (!ref.read(IDENTITY, process) || process.get(ProcessRecord.START) > bornNs) {
      return this;
    }
    Subject now = PROCESS.subject(pid, 0, process);
    return tid == 0 ? now : ownedBy(now.uid);
  }

  public Subject ownedBy(long user) {
    return new Subject(key, pid, tid, bornNs, user, comm);
  }

  /** By the name that the record has, if it has one of its own. */
  public Subject renamed(Record record) {
    return record.type() == ThreadRecord.TYPE && record.has(ThreadRecord.COMM)
        ? new Subject(key, pid, tid, bornNs, uid, THREAD.subject(pid, tid, record).comm)
        : this;
  }
}
