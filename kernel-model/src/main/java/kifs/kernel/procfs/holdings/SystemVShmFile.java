package kifs.kernel.procfs.holdings;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmKey;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.shm.ShmPath;

/**
 * {@code /proc/sysvipc/shm}: the System V objects of our own ipc namespace, one in each line after
 * a heading: {@code key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime rss
 * swap}. Stateless and thread-safe.
 */
final class SystemVShmFile {
  /** The path under which an object of this file is remembered. */
  static final String WHERE = "sysvipc";

  /** SHM_DEST of linux/shm.h: IPC_RMID was called. The kernel writes perms in octal digits. */
  private static final int REMOVED = 1000;

  private static final int SIZE_TO_UID = 3;
  private static final int UID_TO_RSS = 6;

  private SystemVShmFile() {}

  /** Adds every object, and skips malformed lines. */
  static void parse(ByteCursor in, ShmObjects into) {
    while (in.nextLine()) {
      parseLine(in, into);
    }
  }

  private static void parseLine(ByteCursor in, ShmObjects into) {
    if (!in.number()) {
      return;
    }
    int key = (int) in.value();
    if (!in.number()) {
      return;
    }
    long shmid = in.value();
    long perms = in.number() ? in.value() : 0;
    if (!in.number()) {
      return;
    }
    long size = in.value();
    skip(in, SIZE_TO_UID);
    long uid = in.number() ? in.value() : -1;
    skip(in, UID_TO_RSS);
    long resident = in.number() ? in.value() : -1;
    ShmObject object =
        into.object(new ShmKey(ShmRecord.SYSTEM_V, 0, shmid), ShmPath.systemVName(key), -1);
    long swapped = in.number() ? in.value() : -1;
    object.measured(size, resident, swapped, uid);
    // The lowest three digits are the permissions; above them is SHM_LOCKED, too.
    object.exists(perms / REMOVED % 2 == 0);
    object.list();
    if (object.where().isEmpty()) {
      object.foundAt(WHERE);
    }
  }

  private static void skip(ByteCursor in, int words) {
    for (int i = 0; i < words; i++) {
      in.skipWord();
    }
  }
}
