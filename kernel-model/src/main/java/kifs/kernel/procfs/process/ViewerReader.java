package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.Statx;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * Finds out who may see the guarded fields of a process, by the rules of the kernel's {@code
 * __ptrace_may_access} and {@code task_dump_owner}: a user whose ids equal all ids of the process,
 * if its memory may be dumped. /proc shows the last by the owner of {@code fd}, which is root if
 * the memory may not be dumped. So this can't be found out about a process of root, which nobody
 * may see without CAP_SYS_PTRACE. Stateless and thread-safe.
 */
final class ViewerReader {
  private static final byte[] UID = "Uid:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] GID = "Gid:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PERMITTED = "CapPrm:".getBytes(StandardCharsets.US_ASCII);

  /** The real, the effective, and the saved id. */
  private static final int IDS = 3;

  private ViewerReader() {}

  /**
   * Fills the fields from {@code status}. Afterwards {@link #confirm} must be called.
   *
   * @param fields mask of the fields to fill
   */
  static void parse(ByteCursor in, long fields, Record into) {
    long uid = ProcessRecord.NO_VIEWER;
    long gid = ProcessRecord.NO_VIEWER;
    in.position(0);
    do {
      if (in.skip(UID)) {
        uid = id(in);
      } else if (in.skip(GID)) {
        gid = id(in);
      } else if (in.skip(PERMITTED)) {
        if (in.hexadecimal()) {
          into.setWanted(fields, ProcessRecord.CAPABILITIES, in.value());
        }
        break;
      }
    } while (in.nextLine());
    boolean isUser = uid > 0 && uid < ProcessRecord.NO_VIEWER && gid < ProcessRecord.NO_VIEWER;
    into.setWanted(fields, ProcessRecord.VIEWER_UID, isUser ? uid : ProcessRecord.NO_VIEWER);
    into.setWanted(fields, ProcessRecord.VIEWER_GID, isUser ? gid : ProcessRecord.NO_VIEWER);
  }

  /** The id that a line has as all of its ids; {@link ProcessRecord#NO_VIEWER}: they differ. */
  private static long id(ByteCursor in) {
    long first = in.number() ? in.value() : ProcessRecord.NO_VIEWER;
    for (int i = 1; i < IDS; i++) {
      if (!in.number() || in.value() != first) {
        return ProcessRecord.NO_VIEWER;
      }
    }
    return first;
  }

  /**
   * Checks what {@code status} doesn't show. It is called after the guarded fields were read: if
   * the process executes a program with more rights meanwhile, nobody may see what was read.
   *
   * @param userNamespace the inode number of the daemon's user namespace
   */
  static void confirm(Scan scan, long userNamespace, long fields, Record into) {
    if (into.get(ProcessRecord.VIEWER_UID) == ProcessRecord.NO_VIEWER
        && into.get(ProcessRecord.VIEWER_GID) == ProcessRecord.NO_VIEWER) {
      return;
    }
    boolean isOwned =
        scan.statx(FileName.FD, Statx.WANT_UID | Statx.WANT_GID) >= 0
            && isSame(fields, into, ProcessRecord.VIEWER_UID, scan.small().getInt(Statx.UID))
            && isSame(fields, into, ProcessRecord.VIEWER_GID, scan.small().getInt(Statx.GID))
            && scan.small().getInt(Statx.UID) != 0;
    if (!isOwned || scan.namespace(FileName.NS_USER) != userNamespace) {
      into.setWanted(fields, ProcessRecord.VIEWER_UID, ProcessRecord.NO_VIEWER);
      into.setWanted(fields, ProcessRecord.VIEWER_GID, ProcessRecord.NO_VIEWER);
    }
  }

  private static boolean isSame(long fields, Record into, Field field, int id) {
    return (fields & field.bit()) == 0 || into.get(field) == Integer.toUnsignedLong(id);
  }
}
