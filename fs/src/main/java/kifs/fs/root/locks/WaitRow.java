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

/**
 * One edge of the wait-for graph, as its WAIT record tells it. Names are one char a byte.
 *
 * @param ownerPid 0: nobody can be told
 * @param ownerTid 0: any thread of the owner
 * @param sinceNs -1: not known
 * @param ownerName null: not known
 * @param mapping null: not known; empty: anonymous memory
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
    String mapping,
    int ownerPid,
    int ownerTid,
    String ownerName,
    long sinceNs,
    long deadlock,
    long behind) {

  /** All of a bulk, in order. */
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

  private static String mapping(Record wait, Bulk bulk) {
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

  /** Who waits, as {@code PID/TID}. */
  String waiter() {
    return pid + "/" + tid;
  }

  /** Who holds it, as {@code PID/TID}, or {@code PID} for any thread of it; "-": not told. */
  String owner() {
    if (!hasOwner()) {
      return "-";
    }
    return ownerTid == 0 ? Integer.toString(ownerPid) : ownerPid + "/" + ownerTid;
  }

  /** Whether the other one's waiter holds, or may hold, what this one waits for. */
  boolean isOwnedBy(WaitRow other) {
    return ownerPid == other.pid && (ownerTid == 0 || ownerTid == other.tid);
  }

  /**
   * The object as its waiter knows it: {@code 0x7f…}, {@code fd:4}, {@code pid:12} or {@code any}.
   */
  String objectName() {
    return switch (kind) {
      case FILE_LOCK -> "fd:" + object;
      case CHILD -> object == 0 ? "any" : "pid:" + object;
      default -> "0x" + Long.toHexString(object);
    };
  }

  /**
   * What names the object whoever waits for it, so that waits for one object can be put together:
   * between processes by file and offset.
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

  /** Where the object lies: a path with the offset in it, or {@code anonymous}; "-": not told. */
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
