package kifs.kernel.locks.graph;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sample of a {@link LockMonitor} as WAIT records. To find the file that an object lies in
 * costs a read of the process's mappings. So the place is written only for members of a deadlock,
 * for threads behind one, and for objects that processes share. Not thread-safe: an instance writes
 * one sample.
 */
public final class WaitRecords {
  private static final long DESCRIBED =
      WaitRecord.SINCE.bit()
          | WaitRecord.WAITER_COMM.bit()
          | WaitRecord.OWNER_COMM.bit()
          | WaitRecord.WAITER_UID.bit();
  private static final long PLACED =
      WaitRecord.OBJECT_DEVICE.bit()
          | WaitRecord.OBJECT_INODE.bit()
          | WaitRecord.OBJECT_OFFSET.bit()
          | WaitRecord.MAPPING_OFFSET.bit()
          | WaitRecord.MAPPING_LENGTH.bit();

  private final LockMonitor monitor;
  private final long fields;
  private final BulkBuilder into;
  private final Map<ThreadId, Long> members = new HashMap<>();
  private final Map<ThreadId, Long> behind = new HashMap<>();

  /** Names of threads and processes whose {@link Wait} has no name; read once for each. */
  private final Map<ThreadId, Optional<byte[]>> names = new HashMap<>();

  private WaitRecords(LockMonitor monitor, long fields, BulkBuilder into) {
    this.monitor = monitor;
    this.fields = fields;
    this.into = into;
  }

  /**
   * Samples the waits and appends a record for each.
   *
   * @param pids the processes whose waits are wanted; empty: all
   * @param fields mask of the wanted fields of WAIT; ids are always written
   */
  public static void append(
      LockMonitor monitor,
      Set<Integer> pids,
      long fields,
      BulkBuilder into,
      Cancellation cancellation) {
    LockPicture picture = monitor.sample(pids, (fields & DESCRIBED) != 0, cancellation);
    new WaitRecords(monitor, fields, into).write(picture, pids);
  }

  private void write(LockPicture picture, Set<Integer> pids) {
    for (LockPicture.Deadlock deadlock : picture.deadlocks()) {
      deadlock.members().forEach(thread -> members.put(thread, deadlock.number()));
      deadlock.behind().forEach(thread -> behind.putIfAbsent(thread, deadlock.number()));
    }
    for (Wait wait : picture.waits()) {
      if (pids.isEmpty() || pids.contains(wait.thread().pid())) {
        write(wait);
      }
    }
  }

  private void write(Wait wait) {
    Optional<Wait.LockedFile> place = place(wait);
    long text =
        place.filter(p -> wants(WaitRecord.MAPPING_OFFSET)).map(this::appendText).orElse(0L);
    List<ThreadId> holders = wait.owners().holders();
    if (holders.isEmpty()) {
      write(wait, null, place, text);
    }
    holders.forEach(owner -> write(wait, owner, place, text));
  }

  private Optional<Wait.LockedFile> place(Wait wait) {
    boolean wanted =
        (fields & PLACED) != 0
            && (wait.what().shared()
                || members.containsKey(wait.thread())
                || behind.containsKey(wait.thread()));
    return wanted ? monitor.place(wait) : Optional.empty();
  }

  private long appendText(Wait.LockedFile place) {
    if (!into.wants(TextRecord.TYPE) || place.name().isEmpty()) {
      return 0;
    }
    byte[] name = place.name().getBytes(StandardCharsets.ISO_8859_1);
    return into.appendText(ByteBuffer.wrap(name), 0, name.length);
  }

  private void write(
      Wait wait, @Nullable ThreadId owner, Optional<Wait.LockedFile> place, long text) {
    Record record = into.append(WaitRecord.TYPE);
    ThreadId thread = wait.thread();
    record.set(WaitRecord.WAITER_PID, thread.pid());
    record.set(WaitRecord.WAITER_TID, thread.tid());
    Wait.Awaited what = wait.what();
    record.set(WaitRecord.KIND, what.kind().code());
    record.set(
        WaitRecord.HOW,
        (what.timed() ? WaitRecord.TIMED : 0)
            | (what.shared() ? WaitRecord.SHARED : 0)
            | (wait.owners().any() ? WaitRecord.ANY : 0));
    record.set(WaitRecord.OBJECT, what.object());
    record.set(WaitRecord.SYSCALL, what.syscall());
    long number = members.getOrDefault(thread, 0L);
    record.set(WaitRecord.DEADLOCK, owner != null && isInDeadlock(owner, number) ? number : 0);
    record.set(WaitRecord.BEHIND, behind.getOrDefault(thread, 0L));
    if (wait.since().switches() >= 0) {
      record.set(WaitRecord.SWITCHES, wait.since().switches());
    }
    if (wait.who().user() >= 0) {
      record.set(WaitRecord.WAITER_UID, wait.who().user());
    }
    if (wait.since().lastRanNs() >= 0) {
      record.set(WaitRecord.SINCE, wait.since().lastRanNs());
    }
    if (owner != null) {
      record.set(WaitRecord.OWNER_PID, owner.pid());
      if (!owner.isProcess()) {
        record.set(WaitRecord.OWNER_TID, owner.tid());
      }
    }
    describe(record, wait, owner);
    place.ifPresent(p -> place(record, p, text));
  }

  /**
   * Whether the owner, or one of its threads if it is a process, is in the deadlock with that
   * number.
   */
  private boolean isInDeadlock(ThreadId owner, long number) {
    if (number == 0 || !owner.isProcess()) {
      return number != 0 && members.getOrDefault(owner, 0L) == number;
    }
    return members.entrySet().stream()
        .anyMatch(m -> m.getKey().pid() == owner.pid() && m.getValue() == number);
  }

  private void describe(Record record, Wait wait, @Nullable ThreadId owner) {
    // The samples that confirm a deadlock read the names of its members, wanted or not.
    if (wait.who().comm() != null) {
      put(record, WaitRecord.WAITER_COMM, wait.who().comm());
    } else if (wants(WaitRecord.WAITER_COMM)) {
      name(wait.thread()).ifPresent(name -> put(record, WaitRecord.WAITER_COMM, name));
    }
    if (owner != null && wants(WaitRecord.OWNER_COMM)) {
      name(owner).ifPresent(name -> put(record, WaitRecord.OWNER_COMM, name));
    }
  }

  private Optional<byte[]> name(ThreadId thread) {
    return names.computeIfAbsent(thread, monitor::comm);
  }

  private static void put(Record record, Field field, byte[] name) {
    record.setBytes(field, name, 0, name.length);
  }

  private void place(Record record, Wait.LockedFile place, long text) {
    record.set(WaitRecord.OBJECT_DEVICE, place.device());
    record.set(WaitRecord.OBJECT_INODE, place.inode());
    record.set(WaitRecord.OBJECT_OFFSET, place.offset());
    if (into.wants(TextRecord.TYPE) && wants(WaitRecord.MAPPING_OFFSET)) {
      record.set(WaitRecord.MAPPING_OFFSET, text);
      record.set(WaitRecord.MAPPING_LENGTH, place.name().length());
    }
  }

  private boolean wants(Field field) {
    return (fields & field.bit()) != 0;
  }
}
