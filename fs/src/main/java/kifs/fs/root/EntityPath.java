package kifs.fs.root;

import java.util.Optional;
import java.util.function.LongFunction;
import kifs.fs.root.cgroups.CgroupNames;
import kifs.kernel.record.Escapes;
import kifs.kernel.shm.ShmNames;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.EntityId;
import kifs.notifier.entity.EntityNames;

/** The pathnames of entities below the mountpoint, as events show them. */
public final class EntityPath {
  private EntityPath() {}

  /** Names the entities of a source. */
  public static EntityNames of(KernelSource source) {
    return entity -> of(entity, source::cgroupPath);
  }

  /**
   * The pathname of an entity, which may have vanished.
   *
   * @param cgroups the path of a cgroup, by its id
   */
  static String of(EntityId entity, LongFunction<Optional<String>> cgroups) {
    return switch (entity.kind()) {
      case SYSTEM -> "system";
      case LOCKS -> "locks";
      case PROCESS -> "processes/" + name(entity, entity.pid());
      case THREAD -> "processes/" + entity.pid() + "/threads/" + name(entity, entity.tid());
      case SHM -> "shm/" + (entity.isSum() ? "sum" : ShmNames.of(entity.id()));
      case CGROUP -> cgroup(entity, cgroups);
    };
  }

  private static String name(EntityId entity, long id) {
    return entity.isSum() ? "sum" : Long.toString(id);
  }

  /** A sum is named after the root, because an event doesn't say below which group it is. */
  private static String cgroup(EntityId entity, LongFunction<Optional<String>> cgroups) {
    return entity.isSum()
        ? CgroupNames.DIRECTORY + "/sum"
        : Escapes.word(CgroupNames.pathname(cgroups.apply(entity.id()).orElse("/")));
  }
}
