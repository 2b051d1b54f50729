package kifs.kernel.source;

import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import kifs.kernel.query.Selection;
import kifs.kernel.record.Pressure;
import org.jspecify.annotations.Nullable;

/**
 * Events that the kernel pushes, so that kifs needn't poll for them. Thread-safe. A callback may
 * run on any thread, also on the thread that registers it.
 */
public interface KernelEvents {
  /** A registered callback. Closing is idempotent; after it the callback isn't called any more. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The exit of a process. Immutable.
   *
   * @param pid the process
   * @param status in the format of waitpid(2); -1: not known
   * @param boottimeNs time of the exit, CLOCK_BOOTTIME in ns
   */
  record Exit(int pid, int status, long boottimeNs) {}

  /**
   * Events that the kernel could not deliver. Immutable.
   *
   * @param kind the kind of all of them; LOST: of several kinds, or not known
   * @param count their number; 0: not known either
   */
  record Loss(ProcessEvent.Kind kind, long count) {
    static final Loss NONE = new Loss(ProcessEvent.Kind.LOST, 0);
  }

  /**
   * The name and the user that a process had at one moment. Immutable.
   *
   * @param comm one char per byte
   * @param uid real user id
   */
  record Named(String comm, long uid) {}

  /**
   * An event of any process of the host. Immutable.
   *
   * @param kind what happened
   * @param pid the process that it happened to; for FORK the new process, for OOM the killed one
   * @param parent for FORK the process that forked, else 0
   * @param status for EXIT, in the format of waitpid(2)
   * @param boottimeNs time of the event, CLOCK_BOOTTIME in ns; for LOST the time at which the loss
   *     was found
   * @param loss for LOST, which events were lost
   * @param named the name and user of the process at the moment of the event; null: not known
   */
  record ProcessEvent(
      Kind kind,
      int pid,
      int parent,
      int status,
      long boottimeNs,
      Loss loss,
      @Nullable Named named) {
    /** An event that was not lost, without a name. */
    public ProcessEvent(Kind kind, int pid, int parent, int status, long boottimeNs) {
      this(kind, pid, parent, status, boottimeNs, Loss.NONE, null);
    }

    /** This event with the name and user that the process had. */
    public ProcessEvent named(Named process) {
      return new ProcessEvent(kind, pid, parent, status, boottimeNs, loss, process);
    }

    /** This event with another time. */
    public ProcessEvent at(long otherBoottimeNs) {
      return new ProcessEvent(kind, pid, parent, status, otherBoottimeNs, loss, named);
    }

    /**
     * Returns a loss.
     *
     * @param kind the kind of the lost events; LOST: of several kinds, or not known
     * @param count their number; 0: not known either
     */
    public static ProcessEvent lost(Kind kind, long count, long boottimeNs) {
      return new ProcessEvent(Kind.LOST, 0, 0, 0, boottimeNs, new Loss(kind, count), null);
    }

    /**
     * OOM: the kernel kills the process because the host or the process's cgroup lacks memory; an
     * EXIT follows. LOST: the kernel could not deliver some events; of the components, only the
     * time and {@code loss} have a meaning then.
     */
    public enum Kind {
      FORK,
      EXEC,
      RENAMED,
      EXIT,
      OOM,
      LOST
    }
  }

  /**
   * Calls back once when that process exits, at once if it already has. The callback must not
   * block.
   *
   * @return empty if this kernel doesn't push exits
   */
  Optional<Watch> onExit(ProcessRef process, Consumer<Exit> listener);

  /**
   * Calls back for every process of the host that forks, execs, renames itself, exits or is killed
   * for lack of memory, as far as {@link #supportedKinds} includes the kind. The callback must not
   * block.
   *
   * @return empty if this kernel doesn't push such events, or refuses them to kifs
   */
  Optional<Watch> onProcesses(Consumer<ProcessEvent> listener);

  /** The kinds that {@link #onProcesses} pushes, found out by trying; empty if it pushes none. */
  Set<ProcessEvent.Kind> supportedKinds();

  /**
   * Calls back soon after a process's resident memory has crossed that level, upwards or downwards.
   * It is a hint to take a sample. There may be calls without a cause, and when the memory crosses
   * the level several times in quick succession, there may be fewer calls than crossings. The
   * callback must not block.
   *
   * @param process null: any process that is selected
   * @param selection other processes cause no call; the kernel may disregard the cgroup
   * @param bytes the level
   * @return empty if this kernel doesn't push crossings, refuses them to kifs, or already watches
   *     as many levels as it can
   */
  default Optional<Watch> onResize(
      @Nullable ProcessRef process, Selection selection, long bytes, Runnable listener) {
    return Optional.empty();
  }

  /** Calls back as the other method does, without a selection. */
  default Optional<Watch> onResize(@Nullable ProcessRef process, long bytes, Runnable listener) {
    return onResize(process, Selection.ALL, bytes, listener);
  }

  /** A file of a cgroup of which the kernel reports each change. */
  enum CgroupFile {
    /** The fields of {@code memory.events}; in cgroup v1 only the kills by the OOM killer. */
    MEMORY_EVENTS,
    /** The forks that a limit has refused; not in cgroup v1. */
    PIDS_EVENTS,
    /** Whether the group has a process, and whether it is frozen; not in cgroup v1. */
    STATE
  }

  /**
   * Calls back soon after the kernel has changed that file of a cgroup. It is a hint to take a
   * sample; there may be calls without a cause. The callback must not block.
   *
   * @param group null: any group, as far as the kernel reports it without a watch of each
   * @return empty if this kernel doesn't push such changes
   */
  Optional<Watch> onCgroup(@Nullable CgroupRef group, CgroupFile file, Runnable listener);

  /**
   * Calls back soon after the memory of a cgroup has crossed that level, upwards or downwards. The
   * callback must not block.
   *
   * @return empty if this kernel doesn't push crossings, as for cgroup v2
   */
  default Optional<Watch> onCgroupMemory(CgroupRef group, long bytes, Runnable listener) {
    return Optional.empty();
  }

  /** Calls back as the other method does, when pressure has stalled tasks of a cgroup. */
  Optional<Watch> onPressure(
      CgroupRef group, Pressure of, long stallNs, long windowNs, Runnable listener);

  /**
   * Calls back when pressure has stalled tasks for at least {@code stallNs} within a window: at
   * once, and while it continues again in each window or more often. No such window is missed;
   * there may be calls without a cause. The callback must not block.
   *
   * @param stallNs more than 0, at most {@code windowNs}
   * @param windowNs the window; the kernel's real window is the nearest permitted one that isn't
   *     shorter
   * @return empty if this kernel doesn't push pressure, or refuses it to kifs
   */
  Optional<Watch> onPressure(Pressure of, long stallNs, long windowNs, Runnable listener);
}
