package kifs.notifier.entity;

/**
 * Which entity an event is of, as kind and numbers. The notifier knows no pathnames: {@link
 * EntityNames} makes a name of this.
 *
 * @param isSum whether it is all entities of the kind together; for threads, all of one process
 * @param pid the process, or the process of a thread or threads; 0 for other kinds, and for sums of
 *     processes
 * @param tid 0 unless it is one thread
 * @param shmId 0 unless it is one shared-memory object
 */
public record EntityId(EntityKind kind, boolean isSum, int pid, int tid, long shmId) {}
