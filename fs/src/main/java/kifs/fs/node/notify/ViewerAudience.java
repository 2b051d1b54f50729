package kifs.fs.node.notify;

import kifs.fs.access.Viewer;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ShmRef;
import kifs.notifier.entity.EntityId;
import kifs.notifier.waiting.Audience;

/**
 * Lets a client get the events that are about processes which it sees when the event is reported.
 * Thread-safe.
 *
 * @param guard who may know the metric
 * @param sawAtOpening whether the threshold is about one entity, and the client saw it when it
 *     opened the threshold
 */
record ViewerAudience(KernelSource source, Viewer viewer, Guard guard, boolean sawAtOpening)
    implements Audience {

  @Override
  public boolean mayGet(EntityId entity) {
    return switch (entity.kind()) {
      case SYSTEM, LOCKS, CGROUP -> true;
      case PROCESS, THREAD -> entity.pid() == 0 || viewer.sees(source, entity.pid(), guard);
      case SHM -> sawAtOpening || isListed(entity.id());
    };
  }

  /** The process has often vanished by now, so what counts is the opening. */
  @Override
  public boolean maySeeStatus(EntityId entity) {
    return sawAtOpening || viewer.sees(source, entity.pid(), Guard.PTRACE);
  }

  /**
   * Whether the kernel lists a shared-memory object to everybody. Which processes map another one
   * would take too long to find out for each event.
   */
  private boolean isListed(long id) {
    Record shm = Record.allocate(ShmRecord.TYPE);
    try (ShmRef object = source.shm(id).orElse(null)) {
      return object != null
          && object.read(ShmRecord.LISTED.bit(), shm, Cancellation.NEVER)
          && shm.get(ShmRecord.LISTED) != 0;
    }
  }
}
