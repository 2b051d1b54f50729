package kifs.fs.root;

import kifs.kernel.shm.ShmNames;
import kifs.notifier.entity.EntityId;

/** The pathnames of entities below the mountpoint, as events show them. */
public final class EntityPath {
  private EntityPath() {}

  /** The pathname of an entity, which may have vanished. */
  public static String of(EntityId entity) {
    return switch (entity.kind()) {
      case SYSTEM -> "system";
      case LOCKS -> "locks";
      case PROCESS -> "processes/" + name(entity, entity.pid());
      case THREAD -> "processes/" + entity.pid() + "/threads/" + name(entity, entity.tid());
      case SHM -> "shm/" + (entity.isSum() ? "sum" : ShmNames.of(entity.shmId()));
    };
  }

  private static String name(EntityId entity, long id) {
    return entity.isSum() ? "sum" : Long.toString(id);
  }
}
