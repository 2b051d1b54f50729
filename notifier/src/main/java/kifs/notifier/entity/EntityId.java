package kifs.notifier.entity;

/**
 * The entity that an event is about, as kind and numbers. {@link EntityNames} makes a name of it,
 * because the notifier doesn't know pathnames. Immutable.
 *
 * @param isSum whether the event is about all entities of the kind together; for threads, about all
 *     threads of one process
 * @param pid the process, or the process that the thread or threads belong to; 0 for other kinds,
 *     and for the sum of all processes
 * @param tid the thread; 0 unless the event is about one thread
 * @param id the shared-memory object or the cgroup; 0 unless the event is about one
 */
public record EntityId(EntityKind kind, boolean isSum, int pid, int tid, long id) {
  /** A process. */
  public static EntityId ofProcess(int pid) {
    return new EntityId(EntityKind.PROCESS, false, pid, 0, 0);
  }
}
