package kifs.notifier;

import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.ThreadRef;

/**
 * Which entities a condition is about. Owns the refs that it was made with: whoever is handed a
 * scope closes it.
 */
public final class Scope implements AutoCloseable {
  /** One entity; any one of them, present or future; all of them together. */
  enum Range {
    ONE,
    EACH,
    SUM
  }

  private final EntityKind kind;
  private final Range range;
  private final ProcessRef process;
  private final ThreadRef thread;
  private final ShmRef shm;

  private Scope(EntityKind kind, Range range, ProcessRef process, ThreadRef thread) {
    this(kind, range, process, thread, null);
  }

  private Scope(EntityKind kind, Range range, ProcessRef process, ThreadRef thread, ShmRef shm) {
    this.kind = kind;
    this.range = range;
    this.process = process;
    this.thread = thread;
    this.shm = shm;
  }

  public static Scope system() {
    return new Scope(EntityKind.SYSTEM, Range.ONE, null, null);
  }

  public static Scope process(ProcessRef process) {
    return new Scope(EntityKind.PROCESS, Range.ONE, process, null);
  }

  /** Any process, present or future. */
  public static Scope eachProcess() {
    return new Scope(EntityKind.PROCESS, Range.EACH, null, null);
  }

  /** All processes together. */
  public static Scope allProcesses() {
    return new Scope(EntityKind.PROCESS, Range.SUM, null, null);
  }

  public static Scope thread(ProcessRef process, ThreadRef thread) {
    return new Scope(EntityKind.THREAD, Range.ONE, process, thread);
  }

  /** Any thread of a process, present or future. */
  public static Scope eachThread(ProcessRef process) {
    return new Scope(EntityKind.THREAD, Range.EACH, process, null);
  }

  /** All threads of a process together. */
  public static Scope allThreads(ProcessRef process) {
    return new Scope(EntityKind.THREAD, Range.SUM, process, null);
  }

  public static Scope shm(ShmRef shm) {
    return new Scope(EntityKind.SHM, Range.ONE, null, null, shm);
  }

  /** Any shared-memory object, present or future. */
  public static Scope eachShm() {
    return new Scope(EntityKind.SHM, Range.EACH, null, null);
  }

  /** All shared-memory objects together. */
  public static Scope allShm() {
    return new Scope(EntityKind.SHM, Range.SUM, null, null);
  }

  /** Who waits for whom, on the whole host. */
  public static Scope locks() {
    return new Scope(EntityKind.LOCKS, Range.ONE, null, null);
  }

  EntityKind kind() {
    return kind;
  }

  Range range() {
    return range;
  }

  /** Null unless the scope is within one process. */
  ProcessRef process() {
    return process;
  }

  /** Null unless the scope is one thread. */
  ThreadRef thread() {
    return thread;
  }

  /** Null unless the scope is one shared-memory object. */
  ShmRef shm() {
    return shm;
  }

  /** Whether it takes a pass over the whole host. */
  boolean isHostWide() {
    return process == null && shm == null && kind != EntityKind.SYSTEM;
  }

  /** The path of the entity that an event of this scope names. */
  String entity(Subject who) {
    int pid = who.pid();
    if (kind == EntityKind.SHM) {
      return "shm/" + (range == Range.SUM ? "sum" : who.key());
    }
    if (kind == EntityKind.SYSTEM) {
      return "system";
    }
    if (kind == EntityKind.LOCKS) {
      return "locks";
    }
    if (kind == EntityKind.PROCESS) {
      return range == Range.SUM ? "processes/sum" : "processes/" + pid;
    }
    return "processes/" + pid + "/threads/" + (range == Range.SUM ? "sum" : who.tid());
  }

  @Override
  public void close() {
    if (shm != null) {
      shm.close();
    }
    if (thread != null) {
      thread.close();
    }
    if (process != null) {
      process.close();
    }
  }
}
