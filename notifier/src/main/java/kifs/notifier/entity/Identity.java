package kifs.notifier.entity;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fields by which records of one type identify their entity. Immutable.
 *
 * @param id the number that distinguishes the entity from others of its kind
 * @param pid the process that the entity is or belongs to; null: the entity has no process
 * @param tid the thread; null: the entity is no thread
 * @param born the boot time at which the entity began, which distinguishes it from earlier entities
 *     with its number; null: numbers of this kind aren't used again
 * @param comm the entity's name; null: the record has no name
 * @param uid the entity's real user id; null: the record has no user
 */
public record Identity(
    Field id,
    @Nullable Field pid,
    @Nullable Field tid,
    @Nullable Field born,
    @Nullable Field comm,
    @Nullable Field uid) {
  private static final Map<RecordType, Identity> ALL =
      Map.of(
          ProcessRecord.TYPE,
          new Identity(
              ProcessRecord.PID,
              ProcessRecord.PID,
              null,
              ProcessRecord.START,
              ProcessRecord.COMM,
              ProcessRecord.UID),
          ThreadRecord.TYPE,
          new Identity(
              ThreadRecord.TID,
              ThreadRecord.PID,
              ThreadRecord.TID,
              ThreadRecord.START,
              ThreadRecord.COMM,
              null),
          BaselineRecord.PROCESS.type(),
          new Identity(
              BaselineRecord.PROCESS.pid(),
              BaselineRecord.PROCESS.pid(),
              null,
              BaselineRecord.PROCESS.start(),
              null,
              null),
          BaselineRecord.THREAD.type(),
          new Identity(
              BaselineRecord.THREAD.tid(),
              BaselineRecord.THREAD.pid(),
              BaselineRecord.THREAD.tid(),
              BaselineRecord.THREAD.start(),
              null,
              null),
          ShmRecord.TYPE,
          new Identity(ShmRecord.ID, null, null, null, null, ShmRecord.UID),
          CgroupRecord.TYPE,
          new Identity(CgroupRecord.ID, null, null, null, null, null),
          LimitsRecord.TYPE,
          new Identity(LimitsRecord.PID, LimitsRecord.PID, null, LimitsRecord.START, null, null));

  /** Distinguishes keys of threads from keys of processes, and from 0. */
  private static final long THREAD_KEY = 1L << 32;

  /** Returns the identity fields of a type, whose records must be of entities. */
  public static Identity of(RecordType type) {
    return requireNonNull(ALL.get(type));
  }

  /**
   * The mask of the identity fields that a pass over many entities must fill. It doesn't include a
   * process's user, which is read only for an event.
   */
  public long fields() {
    long shmOwner = pid == null ? bit(uid) : 0;
    return bit(id) | bit(pid) | bit(tid) | bit(born) | bit(comm) | shmOwner;
  }

  /** Returns the value of {@link Subject#key} for the record's entity. */
  public long key(Record record) {
    return tid == null ? record.get(id) : THREAD_KEY | record.get(id);
  }

  /** Returns the process that the entity is or belongs to; 0: it has none. */
  public int pid(Record record) {
    return pid == null ? 0 : (int) record.get(pid);
  }

  /** Whether the record is of a process's main thread. */
  public boolean isMainThread(Record record) {
    return tid != null && record.get(tid) == pid(record);
  }

  /** Returns the boot time at which the entity began; 0: its kind's numbers aren't used again. */
  public long bornNs(Record record) {
    return born == null ? 0 : record.get(born);
  }

  /** Returns the subject of a record that has its identity fields. */
  public Subject subject(Record record) {
    return subject(pid(record), tid == null ? 0 : (int) record.get(tid), key(record), record);
  }

  /**
   * Returns the subject of a record that was read by the entity's id, and so may lack that field.
   *
   * @param thread unused unless the type is THREAD
   */
  public Subject subject(int process, int thread, Record record) {
    return tid == null
        ? subject(process, 0, process, record)
        : subject(process, thread, THREAD_KEY | thread, record);
  }

  private Subject subject(int process, int thread, long key, Record record) {
    return new Subject(key, process, thread, bornNs(record), uid(record), comm(record));
  }

  /** Returns the user; 0: the entity has neither a process nor an owner; -1: not known. */
  private long uid(Record record) {
    if (uid == null) {
      return pid == null ? 0 : -1;
    }
    return record.has(uid) ? record.get(uid) : -1;
  }

  /** Returns the process of a main thread, from the thread's record. Its user isn't known. */
  public Subject process(Record mainThread) {
    int process = pid(mainThread);
    return new Subject(process, process, 0, bornNs(mainThread), -1, comm(mainThread));
  }

  private String comm(Record record) {
    return comm == null ? "" : new String(record.bytes(comm), StandardCharsets.ISO_8859_1);
  }

  private static long bit(@Nullable Field field) {
    return field == null ? 0 : field.bit();
  }
}
