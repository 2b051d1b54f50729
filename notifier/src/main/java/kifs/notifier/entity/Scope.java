package kifs.notifier.entity;

import java.util.Optional;
import kifs.kernel.query.Selection;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.ThreadRef;

/**
 * The entities that a condition is about. A scope owns the refs that it was made with, and the
 * method that accepts a scope must close it. Immutable except for {@link #close}. Thread-safe as
 * far as its refs are.
 */
public sealed interface Scope extends AutoCloseable
    permits Scope.Host,
        Scope.Locks,
        Scope.OfHost,
        OneProcess,
        OneThread,
        ThreadsOf,
        OneShm,
        OneCgroup {
  /** How many entities a scope covers. */
  enum Range {
    /** One entity. */
    ONE,
    /** Any entity of a collection, present or future. */
    EACH,
    /** All entities of a collection together. */
    SUM
  }

  /** The host as a whole. */
  record Host() implements Scope {
    @Override
    public EntityKind kind() {
      return EntityKind.SYSTEM;
    }

    @Override
    public boolean read(KernelSource source, long fields, Record into) {
      source.readSystem(fields, into);
      return true;
    }
  }

  /** The lock waits of the whole host. */
  record Locks() implements Scope {
    @Override
    public EntityKind kind() {
      return EntityKind.LOCKS;
    }

    @Override
    public boolean isHostWide() {
      return true;
    }
  }

  /**
   * The entities of one kind on the whole host.
   *
   * @param range any one of them, or all of them together
   * @param selection which of them; processes can be selected, and cgroups by the group that they
   *     are below
   */
  record OfHost(EntityKind kind, Range range, Selection selection) implements Scope {
    OfHost(EntityKind kind, Range range) {
      this(kind, range, Selection.ALL);
    }

    @Override
    public Optional<Scope> only(Selection selected) {
      boolean isByGroup = selected.comm().isEmpty() && selected.uid().isEmpty();
      boolean canSelect =
          kind == EntityKind.PROCESS || kind == EntityKind.CGROUP && isByGroup && selection.isAll();
      return canSelect ? Optional.of(new OfHost(kind, range, selected)) : Optional.empty();
    }

    /**
     * The figures of a cgroup include those of the groups below it. So a sum is over the groups
     * directly below the selected one, or below the root.
     */
    @Override
    public boolean covers(Record record) {
      if (kind != EntityKind.CGROUP) {
        return true;
      }
      int top = CgroupRecord.depth(selection.cgroup().orElse("/"));
      long depth = record.get(CgroupRecord.DEPTH);
      return range == Range.SUM ? depth == top + 1 : depth > top;
    }
  }

  /** The host as a whole. */
  static Scope system() {
    return new Host();
  }

  /** One process. */
  static Scope process(ProcessRef process) {
    return new OneProcess(process);
  }

  /** Any process, present or future. */
  static Scope eachProcess() {
    return new OfHost(EntityKind.PROCESS, Range.EACH);
  }

  /** All processes together. */
  static Scope allProcesses() {
    return new OfHost(EntityKind.PROCESS, Range.SUM);
  }

  /** One thread of a process. */
  static Scope thread(ProcessRef process, ThreadRef thread) {
    return new OneThread(process, thread);
  }

  /** Any thread of a process, present or future. */
  static Scope eachThread(ProcessRef process) {
    return new ThreadsOf(process, Range.EACH);
  }

  /** All threads of a process together. */
  static Scope allThreads(ProcessRef process) {
    return new ThreadsOf(process, Range.SUM);
  }

  /** One shared-memory object. */
  static Scope shm(ShmRef shm) {
    return new OneShm(shm);
  }

  /** Any shared-memory object, present or future. */
  static Scope eachShm() {
    return new OfHost(EntityKind.SHM, Range.EACH);
  }

  /** All shared-memory objects together. */
  static Scope allShm() {
    return new OfHost(EntityKind.SHM, Range.SUM);
  }

  /** One cgroup. */
  static Scope cgroup(CgroupRef cgroup) {
    return new OneCgroup(cgroup);
  }

  /**
   * Any cgroup below another one at any level, present or future.
   *
   * @param above the path of that one, one char per byte
   */
  static Scope eachCgroup(String above) {
    return new OfHost(EntityKind.CGROUP, Range.EACH, below(above));
  }

  /**
   * The cgroups directly below another one together.
   *
   * @param above the path of that one, one char per byte
   */
  static Scope allCgroups(String above) {
    return new OfHost(EntityKind.CGROUP, Range.SUM, below(above));
  }

  private static Selection below(String above) {
    return above.equals("/") ? Selection.ALL : Selection.ALL.withCgroup(above);
  }

  /** The lock waits of the whole host. */
  static Scope locks() {
    return new Locks();
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
