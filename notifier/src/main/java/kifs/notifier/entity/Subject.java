package kifs.notifier.entity;

import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.ThreadRef;

/**
 * The entity that is sampled, with what an event says about it. Immutable.
 *
 * @param key distinguishes the entity from others of the same kind
 * @param pid the process that the entity is or belongs to; 0: it has none
 * @param tid the thread; 0: the entity is no thread
 * @param bornNs boot time at which the entity began; 0: not known, or its key isn't used again
 * @param uid real user id of the entity's process, or of the object's owner; -1: not read yet, or
 *     the entity is a cgroup
 * @param comm the name as raw bytes, one char each; empty for the host, for shared memory, for
 *     cgroups and for sums
 */
public record Subject(long key, int pid, int tid, long bornNs, long uid, String comm) {
  /** The host, or several entities together. */
  public static final Subject HOST = new Subject(0, 0, 0, 0, 0, "");

  private static final Identity PROCESS = Identity.of(ProcessRecord.TYPE);
  private static final Identity THREAD = Identity.of(ThreadRecord.TYPE);
  private static final Identity SHM = Identity.of(ShmRecord.TYPE);

  private static final long IDENTITY =
      ProcessRecord.START.bit() | ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  /** Reads the identity of a process. */
  static Subject of(ProcessRef ref) throws EntityVanishedException {
    Record process = Record.allocate(ProcessRecord.TYPE);
    if (!ref.read(IDENTITY, process)) {
      throw new EntityVanishedException("process " + ref.pid() + " has ended");
    }
    return PROCESS.subject(ref.pid(), 0, process);
  }

  /** Reads the identity of a thread. The name is the thread's own, the user is its process's. */
  static Subject of(ProcessRef owner, ThreadRef ref) throws EntityVanishedException {
    Subject process = of(owner);
    Record thread = Record.allocate(ThreadRecord.TYPE);
    if (!ref.read(ThreadRecord.START.bit() | ThreadRecord.COMM.bit(), thread)) {
      throw new EntityVanishedException(
          "thread " + ref.tid() + " of process " + owner.pid() + " has ended");
    }
    return THREAD.subject(owner.pid(), ref.tid(), thread).ownedBy(process.uid);
  }

  /** Reads the identity of a shared-memory object. */
  static Subject of(ShmRef ref) throws EntityVanishedException {
    Record shm = Record.allocate(ShmRecord.TYPE);
    if (!ref.read(SHM.fields(), shm, Cancellation.NEVER)) {
      throw new EntityVanishedException("shared-memory object " + ref.id() + " has vanished");
    }
    return new Subject(ref.id(), 0, 0, 0, shm.get(ShmRecord.UID), "");
  }

  /** Reads the identity of a cgroup. */
  static Subject of(CgroupRef ref) throws EntityVanishedException {
    if (!ref.read(CgroupRecord.ID.bit(), Record.allocate(CgroupRecord.TYPE))) {
      throw new EntityVanishedException("a cgroup was removed");
    }
    return new Subject(ref.id(), 0, 0, 0, 0, "");
  }

  /**
   * Returns this subject with the present user of its process and, if the subject is the process,
   * with its present name, because a process can change both. A zombie can still be read. If the
   * process has vanished, this subject is returned unchanged.
   */
  public Subject refreshed(ProcessRef ref) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    // A process that began later than this subject is another one that got the same pid.
    if (!ref.read(IDENTITY, process) || process.get(ProcessRecord.START) > bornNs) {
      return this;
    }
    Subject now = PROCESS.subject(pid, 0, process);
    return tid == 0 ? now : named(ref).ownedBy(now.uid);
  }

  /** Returns this thread with its name, if the record that it was found by has none. */
  private Subject named(ProcessRef owner) {
    if (!comm.isEmpty()) {
      return this;
    }
    Record record = Record.allocate(ThreadRecord.TYPE);
    try (ThreadRef thread = owner.thread(tid).orElse(null)) {
      boolean isThere = thread != null && thread.read(ThreadRecord.COMM.bit(), record);
      return isThere ? renamed(record) : this;
    }
  }

  /** Returns this subject with another user. */
  public Subject ownedBy(long user) {
    return new Subject(key, pid, tid, bornNs, user, comm);
  }

  /** Returns this thread with the name in its record; other subjects unchanged. */
  public Subject renamed(Record record) {
    return record.type() == ThreadRecord.TYPE && record.has(ThreadRecord.COMM)
        ? new Subject(key, pid, tid, bornNs, uid, THREAD.subject(pid, tid, record).comm)
        : this;
  }
}
