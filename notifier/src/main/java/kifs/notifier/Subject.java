package kifs.notifier;

import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;

/**
 * The entity that is being looked at, and what an event would say of it.
 *
 * @param key tells it from others of the same kind
 * @param bornNs boot time at which it began
 * @param uid real user id of its process; -1: not asked for yet
 * @param comm raw bytes, one char each; empty for the system and for sums
 */
record Subject(long key, int pid, int tid, long bornNs, long uid, String comm) {
  static final Subject WHOLE = new Subject(0, 0, 0, 0, 0, "");

  private static final Identity PROCESS = Identity.of(ProcessRecord.TYPE);
  private static final Identity THREAD = Identity.of(ThreadRecord.TYPE);

  private static final Identity SHM = Identity.of(ShmRecord.TYPE);

  private static final long IDENTITY =
      ProcessRecord.START.bit() | ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  /** Who a scope is of, or within. */
  static Subject of(Scope scope) throws EntityGoneException {
    if (scope.shm() != null) {
      return of(scope, scope.shm());
    }
    ProcessRef ref = scope.process();
    if (ref == null) {
      return WHOLE;
    }
    Record process = Record.allocate(ProcessRecord.TYPE);
    boolean there = ref.read(IDENTITY, process);
    Subject self = PROCESS.subject(ref.pid(), 0, process);
    if (there && scope.thread() != null) {
      Record thread = Record.allocate(ThreadRecord.TYPE);
      there = scope.thread().read(ThreadRecord.START.bit() | ThreadRecord.COMM.bit(), thread);
      self = THREAD.subject(self.pid, scope.thread().tid(), thread).ownedBy(self.uid);
    }
    if (!there) {
      throw new EntityGoneException(scope.entity(self));
    }
    return self;
  }

  private static Subject of(Scope scope, ShmRef ref) throws EntityGoneException {
    Record shm = Record.allocate(ShmRecord.TYPE);
    boolean there = ref.read(SHM.fields(), shm, Cancellation.NEVER);
    Subject self = new Subject(ref.id(), 0, 0, 0, there ? shm.get(ShmRecord.UID) : -1, "");
    if (!there) {
      throw new EntityGoneException(scope.entity(self));
    }
    return self;
  }

  /**
   * With the user that its process has now, and if it is the process the name, because both change;
   * a zombie can still be asked. As it was if nobody can be asked any more.
   */
  Subject asked(ProcessRef ref) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    // A process that began later than what was seen is another one, with the same id.
    if (!ref.read(IDENTITY, process) || process.get(ProcessRecord.START) > bornNs) {
      return this;
    }
    Subject now = PROCESS.subject(pid, 0, process);
    return tid == 0 ? now : ownedBy(now.uid);
  }

  Subject ownedBy(long user) {
    return new Subject(key, pid, tid, bornNs, user, comm);
  }

  /** By the name that the record has, if it has one of its own. */
  Subject renamed(Record record) {
    return record.type() == ThreadRecord.TYPE && record.has(ThreadRecord.COMM)
        ? new Subject(key, pid, tid, bornNs, uid, THREAD.subject(pid, tid, record).comm)
        : this;
  }
}
