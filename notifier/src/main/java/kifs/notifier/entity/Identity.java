package kifs.notifier.entity;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;

/**
 * By which fields records of one type tell which entity they are of.
 *
 * @param id the number that tells it from others of its kind
 * @param pid null unless it is a process or within one
 * @param tid null unless it is a thread
 * @param born boot time at which it began: tells it from who had the number before; null where
 *     numbers aren't used again
 * @param comm null where the record has no name
 * @param uid null where the record has no user
 */
public record Identity(Field id, Field pid, Field tid, Field born, Field comm, Field uid) {
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
          ShmRecord.TYPE,
          new Identity(ShmRecord.ID, null, null, null, null, ShmRecord.UID),
          LimitsRecord.TYPE,
          new Identity(LimitsRecord.PID, LimitsRecord.PID, null, LimitsRecord.START, null, null));

  /** Of thread keys, which must not meet process keys or 0. */
  private static final long THREAD_KEY = 1L << 32;

  public static Identity of(RecordType type) {
    return ALL.get(type);
  }

  /** The mask of what a look at many must bring. */
  public long fields() {
    long owner = pid == null ? bit(uid) : 0;
    return bit(id) | bit(pid) | bit(tid) | bit(born) | bit(comm) | owner;
  }

  /** The key of {@link Subject#key}. */
  public long key(Record record) {
    return tid == null ? record.get(id) : THREAD_KEY | record.get(id);
  }

  public int pid(Record record) {
    return pid == null ? 0 : (int) record.get(pid);
  }

  public boolean isFirstThread(Record record) {
    return tid != null && record.get(tid) == record.get(pid);
  }

  public long bornNs(Record record) {
    return born == null ? 0 : record.get(born);
  }

  public Subject subject(Record record) {
    return subject(pid(record), tid == null ? 0 : (int) record.get(tid), key(record), record);
  }

  /** Who a record is of that was read by its id, which it may lack. */
  public Subject subject(int process, int thread, Record record) {
    return tid == null
        ? subject(process, 0, process, record)
        : subject(process, thread, THREAD_KEY | thread, record);
  }

  private Subject subject(int process, int thread, long key, Record record) {
    return new Subject(
        key,
        process,
        thread,
        bornNs(record),
        uid != null && record.has(uid) ? record.get(uid) : -1,
        comm(record));
  }

  /** The process of a first thread. */
  public Subject process(Record first) {
    int process = pid(first);
    return new Subject(process, process, 0, bornNs(first), -1, comm(first));
  }

  private String comm(Record record) {
    return comm == null ? "" : new String(record.bytes(comm), StandardCharsets.ISO_8859_1);
  }

  private static long bit(Field field) {
    return field == null ? 0 : field.bit();
  }
}
