package kifs.notifier;

import java.nio.charset.StandardCharsets;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;

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

  private static final long IDENTITY =
      ProcessRecord.START.bit() | ProcessRecord.UID.bit() | ProcessRecord.COMM.bit();

  /** Of a boot time in thread keys, which must not meet process keys or 0. */
  private static final long THREAD_KEY = 1L << 32;

  static Subject process(int pid, Record process) {
    long uid = process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1;
    String comm = comm(process, ProcessRecord.COMM);
    return new Subject(pid, pid, 0, process.get(ProcessRecord.START), uid, comm);
  }

  static Subject thread(int pid, int tid, Record thread) {
    String comm = comm(thread, ThreadRecord.COMM);
    return new Subject(THREAD_KEY | tid, pid, tid, thread.get(ThreadRecord.START), -1, comm);
  }

  /** Who a record of a pass is of. */
  static Subject of(Record record) {
    return record.type() == ProcessRecord.TYPE
        ? process((int) record.get(ProcessRecord.PID), record)
        : thread((int) record.get(ThreadRecord.PID), (int) record.get(ThreadRecord.TID), record);
  }

  /** Who a scope is of, or within. */
  static Subject of(Scope scope) throws EntityGoneException {
    ProcessRef ref = scope.process();
    if (ref == null) {
      return WHOLE;
    }
    Record process = Record.allocate(ProcessRecord.TYPE);
    boolean there = ref.read(IDENTITY, process);
    Subject self = process(ref.pid(), process);
    if (there && scope.thread() != null) {
      Record thread = Record.allocate(ThreadRecord.TYPE);
      there = scope.thread().read(ThreadRecord.START.bit() | ThreadRecord.COMM.bit(), thread);
      self = thread(self.pid, scope.thread().tid(), thread).ownedBy(self.uid);
    }
    if (!there) {
      throw new EntityGoneException(scope.entity(self.pid, self.tid));
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
    Subject now = process(pid, process);
    return tid == 0 ? now : ownedBy(now.uid);
  }

  Subject ownedBy(long user) {
    return new Subject(key, pid, tid, bornNs, user, comm);
  }

  /** By the name that the record has, if it has one. */
  Subject renamed(Record thread) {
    return thread.type() == ThreadRecord.TYPE && thread.has(ThreadRecord.COMM)
        ? new Subject(key, pid, tid, bornNs, uid, comm(thread, ThreadRecord.COMM))
        : this;
  }

  /** Tells it from an entity that had the same key before. */
  boolean isSameAs(Subject other) {
    return key == other.key && bornNs == other.bornNs;
  }

  private static String comm(Record record, Field field) {
    return new String(record.bytes(field), StandardCharsets.ISO_8859_1);
  }
}
