package kifs.fs.root.locks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/**
 * One edge of the wait-for graph, read from its WAIT record. Names are one char a byte. Immutable.
 *
 * @param sinceNs boot time at which the wait began, ns; -1: unknown
 */
public record WaitRow(Waiter waiter, Awaited awaited, Owner owner, long sinceNs, Deadlocked in) {
  /** The blocked thread. */
  public record Waiter(int pid, int tid, String name) {
    /** The thread as {@code PID/TID}. */
    String id() {
      return pid + "/" + tid;
    }
  }

  /**
   * The object that the thread waits for.
   *
   * @param how flags of {@link WaitRecord#HOW}
   * @param object the address, fd or pid by which the blocked thread names it
   * @param mapping the path of the file that contains the object; null: unknown; empty: anonymous
   *     memory
   */
  public record Awaited(
      WaitKind kind,
      int how,
      long object,
      long device,
      long inode,
      long offset,
      @Nullable String mapping) {
    boolean isShared() {
      return (how & WaitRecord.SHARED) != 0;
    }

    boolean isTimed() {
      return (how & WaitRecord.TIMED) != 0;
    }

    /** The object by the name that the blocked thread uses, as {@link WaitKind#nameOf}. */
    String name() {
      return kind.nameOf(object);
    }

    /**
     * The location of the object: a path with the offset in the file, or {@code anonymous}; "-" if
     * unknown.
     */
    String place() {
      if (mapping == null) {
        return "-";
      }
      String name = mapping.isEmpty() ? "anonymous" : mapping;
      return inode == 0 || kind == WaitKind.FILE_LOCK
          ? name
          : name + "+0x" + Long.toHexString(offset);
    }
  }

  /**
   * The owner of the object.
   *
   * @param pid 0: the owner is unknown
   * @param tid 0: any thread of the owner
   * @param name null: unknown
   */
  public record Owner(int pid, int tid, @Nullable String name) {
    boolean isKnown() {
      return pid != 0;
    }

    /** {@code PID/TID}, or {@code PID} if it is any thread of a process; "-" if unknown. */
    String id() {
      return WaitRecord.threadName(pid, tid);
    }

    /** Whether this is, or may be, a thread. */
    boolean mayBe(Waiter thread) {
      return pid == thread.pid && (tid == 0 || tid == thread.tid);
    }
  }

  /**
   * The deadlock that blocks the thread.
   *
   * @param deadlock the number of the deadlock that the thread is part of; 0: none
   * @param behind the number of the deadlock that the thread waits for from outside; 0: none
   */
  public record Deadlocked(long deadlock, long behind) {}

  /** Reads all waits of a bulk, in order. */
  static List<WaitRow> of(Bulk bulk) {
    List<WaitRow> rows = new ArrayList<>();
    bulk.forEach(WaitRecord.TYPE, wait -> rows.add(of(wait, bulk)));
    return rows;
  }

  private static WaitRow of(Record wait, Bulk bulk) {
    return new WaitRow(
        new Waiter(
            (int) wait.get(WaitRecord.WAITER_PID),
            (int) wait.get(WaitRecord.WAITER_TID),
            Values.of(wait.bytes(WaitRecord.WAITER_COMM))),
        new Awaited(
            WaitKind.of(wait.get(WaitRecord.KIND)),
            (int) wait.get(WaitRecord.HOW),
            wait.get(WaitRecord.OBJECT),
            wait.get(WaitRecord.OBJECT_DEVICE),
            wait.get(WaitRecord.OBJECT_INODE),
            wait.get(WaitRecord.OBJECT_OFFSET),
            mapping(wait, bulk)),
        new Owner(
            (int) wait.get(WaitRecord.OWNER_PID),
            (int) wait.get(WaitRecord.OWNER_TID),
            wait.has(WaitRecord.OWNER_COMM) ? Values.of(wait.bytes(WaitRecord.OWNER_COMM)) : null),
        wait.has(WaitRecord.SINCE) ? wait.get(WaitRecord.SINCE) : -1,
        new Deadlocked(wait.get(WaitRecord.DEADLOCK), wait.get(WaitRecord.BEHIND)));
  }

  private static @Nullable String mapping(Record wait, Bulk bulk) {
    if (!wait.has(WaitRecord.MAPPING_LENGTH)) {
      return null;
    }
    ByteBuffer text = ByteBuffer.allocate((int) wait.get(WaitRecord.MAPPING_LENGTH));
    bulk.read(wait.get(WaitRecord.MAPPING_OFFSET), text);
    return Values.of(text.array());
  }

  /** Whether the blocked thread of the other edge owns, or may own, the object of this edge. */
  boolean isOwnedBy(WaitRow other) {
    return owner.mayBe(other.waiter);
  }

  /**
   * A key that is equal for all waits for one object. An object that processes share is identified
   * by file and offset, because its address differs between processes.
   */
  String identity() {
    WaitKind kind = awaited.kind;
    if (kind == WaitKind.CHILD || kind == WaitKind.JOIN) {
      return kind.label() + " " + owner.id();
    }
    String inFile = awaited.device + " " + awaited.inode + " " + awaited.offset;
    if (kind == WaitKind.FILE_LOCK) {
      return "file " + inFile;
    }
    return awaited.isShared() && awaited.inode != 0
        ? "shared " + inFile
        : waiter.pid + " " + awaited.object;
  }
}
