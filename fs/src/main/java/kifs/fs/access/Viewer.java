package kifs.fs.access;

import kifs.kernel.bulk.Visibility;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/**
 * What a client may see. Clients with equal viewers see the same, so they can share a bulk.
 * Immutable.
 *
 * @param seesAll whether it sees everything
 * @param uid file-system user id
 * @param gid file-system group id
 * @param capabilities mask of the effective capabilities
 * @param attaches whether it may see what a thread waits for, of the processes that it sees
 * @param hidesOthers whether it can't know of the processes that it doesn't see
 */
public record Viewer(
    boolean seesAll, long uid, long gid, long capabilities, boolean attaches, boolean hidesOthers)
    implements Visibility {
  /** Sees everything. The daemon itself uses it. */
  public static final Viewer OF_ALL = new Viewer(true, 0, 0, 0, true, false);

  @Override
  public boolean sees(Record process) {
    // A process without a viewer must not match a client without a user.
    return seesAll
        || (process.absent() & ProcessRecord.VIEWER) == 0
            && process.get(ProcessRecord.VIEWER_UID) == uid
            && process.get(ProcessRecord.VIEWER_GID) == gid
            && uid != ProcessRecord.NO_VIEWER
            && (process.get(ProcessRecord.CAPABILITIES) & ~capabilities) == 0;
  }

  /** Whether the client may see what has that guard, of a process that it sees. */
  public boolean passes(Guard guard) {
    return seesAll || guard != Guard.ALL_PROCESSES && (guard != Guard.ATTACH || attaches);
  }

  /** Whether the client may see what has that guard, of every process. */
  public boolean sees(Guard guard) {
    return seesAll || guard == Guard.OPEN && !hidesOthers;
  }

  /**
   * Whether the client may now see what has that guard, of a process. It may not if the process has
   * vanished.
   */
  public boolean sees(ProcessRef process, Guard guard) {
    if (sees(guard)) {
      return true;
    }
    Record record = Record.allocate(ProcessRecord.TYPE);
    return passes(guard) && process.read(ProcessRecord.VIEWER, record) && sees(record);
  }

  /** Whether the client may now see what has that guard, of the process that has an id. */
  public boolean sees(KernelSource source, int pid, Guard guard) {
    if (sees(guard)) {
      return true;
    }
    try (ProcessRef process = source.process(pid).orElse(null)) {
      return process != null && sees(process, guard);
    }
  }
}
