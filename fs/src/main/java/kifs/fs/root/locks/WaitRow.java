package kifs.fs.root.locks;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/**
 * One edge of the wait-for graph, read from its WAIT record. Names are one char a byte. Immutable.
 *
 * @param ownerPid 0: the owner is unknown
 * @param ownerTid 0: any thread of the owner
 * @param sinceNs boot time at which the wait began, ns; -1: unknown
 * @param ownerName null: unknown
 * @param mapping the path of the file that contains the object; null: unknown; empty: anonymous
 *     memory
 * @param deadlock the number of the deadlock that the thread is part of; 0: none
 * @param behind the number of the deadlock that the thread waits for from outside; 0: none
 */
public record WaitRow(
    int pid,
    int tid,
    String name,
    WaitKind kind,
    int how,
    long object,
    long device,
    long inode,
    long offset,
    @Nullable String mapping,
    int ownerPid,
    int ownerTid,
    @Nullable String ownerName,
    long sinceNs,
    long deadlock,
    long behind) {

  /** Reads all waits of a bulk, in order. */
  static List<WaitRow> of(Bulk bulk) {
    List<WaitRow> rows = new ArrayList<>();
    bulk.forEach(WaitRecord.TYPE, wait -> rows.add(of(wait, bulk)));
    return rows;
  }

  private static WaitRow of(Record wait, Bulk bulk) {
    return new WaitRow(
        (int) wait.get(WaitRecord.WAITER_PID),
        (int) wait.get(WaitRecord.WAITER_TID),
        Values.of(wait.bytes(WaitRecord.WAITER_COMM)),
        WaitKind.of(wait.get(WaitRecord.KIND)),
        (int) wait.get(WaitRecord.HOW),
        wait.get(WaitRecord.OBJECT),
        wait.get(WaitRecord.OBJECT_DEVICE),
        wait.get(WaitRecord.OBJECT_INODE),
        wait.get(WaitRecord.OBJECT_OFFSET),
        mapping(wait, bulk),
        (int) wait.get(WaitRecord.OWNER_PID),
        (int) wait.get(WaitRecord.OWNER_TID),
        has(wait, WaitRecord.OWNER_COMM) ? Values.of(wait.bytes(WaitRecord.OWNER_COMM)) : null,
        has(wait, WaitRecord.SINCE) ? wait.get(WaitRecord.SINCE) : -1,
        wait.get(WaitRecord.DEADLOCK),
        wait.get(WaitRecord.BEHIND));
  }

  private static boolean has(Record wait, Field field) {
    return wait.has(field);
  }

  private static @Nullable String mapping(Record wait, Bulk bulk) {
    if (!has(wait, WaitRecord.MAPPING_LENGTH)) {
      return null;
    }
    ByteBuffer text = ByteBuffer.allocate((int) wait.get(WaitRecord.MAPPING_LENGTH));
    bulk.read(wait.get(WaitRecord.MAPPING_OFFSET), text);
    return Values.of(text.array());
  }

  boolean hasOwner() {
    return ownerPid != 0;
  }

  boolean isShared() {
    return (how & WaitRecord.SHARED) != 0;
  }

  boolean isTimed() {
    return (how & WaitRecord.TIMED) != 0;
  }

  /** The blocked thread, as {@code PID/TID}. */
  String waiter() {
    return pid + "/" + tid;
  }

  /**
   * The owner as {@code PID/TID}, or {@code PID} if it is any thread of a process; "-" if unknown.
   */
  String owner() {
    if (!hasOwner()) {
      return "-";
    }
    return ownerTid == 0 ? Integer.toString(ownerPid) : ownerPid + "/" + ownerTid;
  }

  /** Whether the blocked thread of the other edge owns, or may own, the object of this edge. */
  boolean isOwnedBy(WaitRow other) {
    return ownerPid == other.pid && (ownerTid == 0 || ownerTid == other.tid);
  }

  /**
   * The object by the name that the blocked thread uses: {@code 0x7f…}, {@code fd:4}, {@code
   * pid:12} or {@code any}.
   */
  String objectName() {
    return switch (kind) {
      case FILE_LOCK -> "fd:" + object;
      case CHILD -> object == 0 ? "any" : "pid:" + object;
      default -> "0x" + Long.toHexString(object);
    };
  }

  /**
   * A key that is equal for all waits for one object. An object that processes share is identified
   * by file and offset, because its address differs between processes.
   */
  String identity() {
    if (kind == WaitKind.CHILD || kind == WaitKind.JOIN) {
      return kind.label() + " " + owner();
    }
    if (kind == WaitKind.FILE_LOCK) {
      return "file " + device + " " + inode + " " + offset;
    }
    return isShared() && inode != 0
        ? "shared " + device + " " + inode + " " + offset
        : pid + " " + object;
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
