package kifs.notifier.entity;

import java.util.Optional;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/**
 * The entities that a condition is about. A scope owns the refs that it was made with, and the
 * method that accepts a scope must close it. Immutable except for {@link #close}. Thread-safe as
 * far as its refs are.
 */
public interface Scope extends AutoCloseable {
  /** How many entities a scope covers. */
  enum Range {
    /** One entity. */
    ONE,
    /** Any entity of a collection, present or future. */
    EACH,
    /** All entities of a collection together. */
    SUM
  }

  /** The kind of the scope's entities. */
  EntityKind kind();

  /** How many entities the scope covers. */
  default Range range() {
    return Range.ONE;
  }

  /** Which of its entities the scope is about. */
  default Selection selection() {
    return Selection.ALL;
  }

  /**
   * Returns this scope, but only of the entities that are selected at each moment; empty: the scope
   * has no entities to select from.
   */
  default Optional<Scope> only(Selection selected) {
    return Optional.empty();
  }

  /** Whether the scope is about the entity of a record that a pass for it has found. */
  default boolean covers(Record record) {
    return true;
  }

  /** Whether the scope is any process of the host, present or future. */
  default boolean isOfEachProcess() {
    return kind() == EntityKind.PROCESS && range() == Range.EACH;
  }

  /** The process that the scope is or belongs to; empty: the scope has no single process. */
  default Optional<ProcessRef> process() {
    return Optional.empty();
  }

  /** Whether only a pass over the whole host finds the scope's entities. */
  default boolean isHostWide() {
    return range() != Range.ONE && process().isEmpty();
  }

  /**
   * Whether the scope's entity can vanish without the exit of a process. If so, a watch for the
   * exit doesn't report the entity's end.
   */
  default boolean endsByItself() {
    return false;
  }

  /**
   * Reads the identity of the entity that the scope is or belongs to; {@link Subject#HOST} for the
   * host and for collections of the host.
   *
   * @throws EntityVanishedException if the entity has vanished
   */
  default Subject identify() throws EntityVanishedException {
    return Subject.HOST;
  }

  /** Whether the entity that the scope is or belongs to still exists. */
  default boolean exists() {
    return true;
  }

  /**
   * Reads fields of the scope's one entity from its own record.
   *
   * @param source the source that opened the scope's refs
   * @param fields mask of the fields to read
   * @param into a record of the kind's type
   * @return false: the entity has vanished
   * @throws UnsupportedOperationException if the scope covers more than one entity
   */
  default boolean read(KernelSource source, long fields, Record into) {
    throw new UnsupportedOperationException(this + " has no record of its own");
  }

  /**
   * The entity that an event of this scope is about.
   *
   * @param subject the entity that was sampled; for a sum, the entity that the scope belongs to
   */
  default EntityId entity(Subject subject) {
    boolean isSum = range() == Range.SUM;
    return switch (kind()) {
      case SYSTEM, LOCKS -> new EntityId(kind(), false, 0, 0, 0);
      case PROCESS -> new EntityId(kind(), isSum, subject.pid(), 0, 0);
      case THREAD -> new EntityId(kind(), isSum, subject.pid(), subject.tid(), 0);
      case SHM, CGROUP -> new EntityId(kind(), isSum, 0, 0, subject.key());
    };
  }

  /** Closes the refs. */
  @Override
  default void close() {}
}
