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
import kifs.notifier.entity.Scope.Range;

/** Makes the scopes that there are. A scope owns the refs that it is given. */
public final class Scopes {
  private Scopes() {}

  /** The host as a whole. */
  public static Scope system() {
    return new Host();
  }

  /** One process. */
  public static Scope process(ProcessRef process) {
    return new OneProcess(process);
  }

  /** Any process, present or future. */
  public static Scope eachProcess() {
    return new OfHost(EntityKind.PROCESS, Range.EACH);
  }

  /** All processes together. */
  public static Scope allProcesses() {
    return new OfHost(EntityKind.PROCESS, Range.SUM);
  }

  /** One thread of a process. */
  public static Scope thread(ProcessRef process, ThreadRef thread) {
    return new OneThread(process, thread);
  }

  /** Any thread of a process, present or future. */
  public static Scope eachThread(ProcessRef process) {
    return new ThreadsOf(process, Range.EACH);
  }

  /** All threads of a process together. */
  public static Scope allThreads(ProcessRef process) {
    return new ThreadsOf(process, Range.SUM);
  }

  /** One shared-memory object. */
  public static Scope shm(ShmRef shm) {
    return new OneShm(shm);
  }

  /** Any shared-memory object, present or future. */
  public static Scope eachShm() {
    return new OfHost(EntityKind.SHM, Range.EACH);
  }

  /** All shared-memory objects together. */
  public static Scope allShm() {
    return new OfHost(EntityKind.SHM, Range.SUM);
  }

  /** One cgroup. */
  public static Scope cgroup(CgroupRef cgroup) {
    return new OneCgroup(cgroup);
  }

  /**
   * Any cgroup below another one at any level, present or future.
   *
   * @param above the path of that one, one char per byte
   */
  public static Scope eachCgroup(String above) {
    return new OfHost(EntityKind.CGROUP, Range.EACH, below(above));
  }

  /**
   * The cgroups directly below another one together.
   *
   * @param above the path of that one, one char per byte
   */
  public static Scope allCgroups(String above) {
    return new OfHost(EntityKind.CGROUP, Range.SUM, below(above));
  }

  private static Selection below(String above) {
    return above.equals("/") ? Selection.ALL : Selection.ALL.withCgroup(above);
  }

  /** The lock waits of the whole host. */
  public static Scope locks() {
    return new Locks();
  }

  /** The host as a whole. */
  private record Host() implements Scope {
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
  private record Locks() implements Scope {
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
  private record OfHost(EntityKind kind, Range range, Selection selection) implements Scope {
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
}
