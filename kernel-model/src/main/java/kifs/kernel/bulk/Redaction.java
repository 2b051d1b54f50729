package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldGroup;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes the copy of a bulk that a client may see. Guarded fields of processes that the client may
 * not see are removed, and the records are flagged {@link Record#REDACTED}. Records whose existence
 * is guarded are left out, and so are texts to which no record refers any more. Not thread-safe;
 * used once.
 */
public final class Redaction {
  /**
   * What the client has asked for. The bulk may have more, which the copy doesn't get.
   *
   * @param types the types of the records
   * @param processFields mask of the fields of PROCESS
   * @param isWholeHost whether the bulk has the records of every process, so that all members of a
   *     deadlock are in it
   * @param process the process that the bulk is about; 0: it is about the host
   */
  public record Asked(
      Collection<RecordType> types, long processFields, boolean isWholeHost, int process) {}

  private final Bulk bulk;
  private final Asked asked;
  private final Visibility visibility;
  private final SeenProcesses seen;

  /** The numbers of the deadlocks that have a member which the client may not see. */
  private final Set<Long> hiddenDeadlocks = new HashSet<>();

  /** The ids of the shared-memory objects that a visible process maps. */
  private final Set<Long> mapped = new HashSet<>();

  /**
   * @param others whether the client may see a process that has no PROCESS in the bulk
   */
  public Redaction(Bulk bulk, Asked asked, Visibility visibility, IntPredicate others) {
    this.bulk = bulk;
    this.asked = asked;
    this.visibility = visibility;
    this.seen = new SeenProcesses(bulk, visibility, others);
  }

  /**
   * Makes the copy. The original stays the caller's.
   *
   * @return the caller owns a reference of it
   * @throws BulkTooLargeException if the pool has no memory for it
   */
  public Bulk copy(ChunkPool pool) {
    bulk.forEach(
        ShmUserRecord.TYPE,
        user -> {
          if (seen.contains((int) user.get(ShmUserRecord.PID))) {
            mapped.add(user.get(ShmUserRecord.ID));
          }
        });
    try (BulkBuilder builder = new BulkBuilder(pool, asked.types())) {
      TextCopies texts = new TextCopies(bulk, builder);
      for (RecordType type : asked.types()) {
        if (type.isFixed()) {
          copyVisible(type, builder);
          redact(type, builder, texts);
        }
      }
      return builder.finishAs(bulk.snapshot(), bulk.snapshot().flags());
    }
  }

  private void copyVisible(RecordType type, BulkBuilder into) {
    Predicate<Record> visible = visible(type);
    Record record = new Record(type);
    for (ByteBuffer chunk : bulk.chunks(type)) {
      int from = 0;
      for (int at = 0; at < chunk.limit(); at += type.size()) {
        if (!visible.test(record.wrap(chunk, at))) {
          appendRun(type, chunk, from, at, into);
          from = at + type.size();
        }
      }
      appendRun(type, chunk, from, chunk.limit(), into);
    }
  }

  private static void appendRun(
      RecordType type, ByteBuffer chunk, int from, int to, BulkBuilder into) {
    if (to > from) {
      into.appendAll(type, chunk, from, (to - from) / type.size());
    }
  }

  /** Whether the client may know that a record of that type exists. */
  private Predicate<Record> visible(RecordType type) {
    if (type == ShmRecord.TYPE) {
      return shm -> shm.get(ShmRecord.LISTED) != 0 || mapped.contains(shm.get(ShmRecord.ID));
    }
    if (type == WaitRecord.TYPE) {
      return this::isVisibleWait;
    }
    Field pid = pid(type);
    boolean isGuarded = type.existence() != Guard.OPEN || visibility.hidesOthers();
    return pid == null || !isGuarded
        ? record -> true
        : record -> seen.contains((int) record.get(pid));
  }

  private boolean isVisibleWait(Record wait) {
    boolean isVisible =
        visibility.attaches() && seen.contains((int) wait.get(WaitRecord.WAITER_PID));
    if (!isVisible) {
      hiddenDeadlocks.add(wait.get(WaitRecord.DEADLOCK));
    }
    return isVisible;
  }

  private static @Nullable Field pid(RecordType type) {
    return type == WaitRecord.TYPE ? WaitRecord.WAITER_PID : type.field("pid");
  }

  private void redact(RecordType type, BulkBuilder into, TextCopies texts) {
    Field pid = pid(type);
    FieldGroup ofSeen = new FieldGroup(type, ofSeen(type));
    FieldGroup ofOthers = new FieldGroup(type, type.guarded(Guard.PTRACE));
    long more = type == ProcessRecord.TYPE ? ProcessRecord.VIEWER & ~asked.processFields() : 0;
    FieldGroup notAsked = new FieldGroup(type, more);
    boolean hasTexts = !type.textOffsets().isEmpty();
    if (ofOthers.isEmpty() && notAsked.isEmpty() && !hasTexts && type != TotalRecord.TYPE) {
      return;
    }
    into.forEach(
        type,
        record -> {
          boolean isSeen = pid == null || seen.contains((int) record.get(pid));
          clear(record, isSeen ? ofSeen : ofOthers);
          if (!notAsked.isEmpty()) {
            notAsked.clear(record);
          }
          if (type == WaitRecord.TYPE) {
            hideDeadlock(record, WaitRecord.DEADLOCK);
            hideDeadlock(record, WaitRecord.BEHIND);
          }
          texts.copyTexts(record);
        });
  }

  /** The mask of the fields that the client may not see of a process that it sees. */
  private long ofSeen(RecordType type) {
    if (type == TotalRecord.TYPE) {
      return ofTotal();
    }
    if (type == WaitRecord.TYPE) {
      return 0;
    }
    return type.guarded(visibility.attaches() ? Guard.ALL_PROCESSES : Guard.ATTACH);
  }

  /** The mask of the sums that the client may not see. */
  private long ofTotal() {
    if (asked.process() != 0 && seen.contains(asked.process())) {
      return 0;
    }
    return visibility.hidesOthers()
        ? TotalRecord.TYPE.allFields()
        : TotalRecord.TYPE.guarded(Guard.PTRACE);
  }

  private static void clear(Record record, FieldGroup group) {
    if (!group.isEmpty()) {
      group.clear(record);
      record.addFlag(Record.REDACTED);
    }
  }

  private void hideDeadlock(Record wait, Field number) {
    boolean isWhole = asked.isWholeHost() && !hiddenDeadlocks.contains(wait.get(number));
    if (wait.get(number) != 0 && !isWhole) {
      wait.clear(number);
      wait.addFlag(Record.REDACTED);
    }
  }
}
