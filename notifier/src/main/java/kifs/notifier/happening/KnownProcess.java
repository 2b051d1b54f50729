package kifs.notifier.happening;

import java.util.Set;
import kifs.kernel.query.Selection;
import kifs.kernel.source.KernelEvents.Named;
import org.jspecify.annotations.Nullable;

/**
 * A process as it was last read. Immutable.
 *
 * @param bornNs boot time at which it began; 0: not known
 * @param uid real user id; -1: not known
 * @param comm the name as raw bytes, one char each; empty: not known
 * @param parent its parent's pid; 0: not known
 * @param cgroups those cgroups, of the ones that a waiter selects, that it is in or below
 */
public record KnownProcess(
    int pid, long bornNs, long uid, String comm, int parent, Set<String> cgroups) {
  /** Returns a process of which only the pid is known. */
  static KnownProcess only(int pid) {
    return new KnownProcess(pid, 0, -1, "", 0, Set.of());
  }

  /**
   * Returns this process with the name and user that an event says it had.
   *
   * @param named null: the event doesn't say
   */
  KnownProcess named(@Nullable Named named) {
    return named == null
        ? this
        : new KnownProcess(pid, bornNs, named.uid(), named.comm(), parent, cgroups);
  }

  KnownProcess in(Set<String> otherCgroups) {
    return new KnownProcess(pid, bornNs, uid, comm, parent, otherCgroups);
  }

  /** Whether a condition with that selection is about the process. */
  public boolean isOf(Selection selection) {
    return selection.admits(comm, uid) && selection.cgroup().map(cgroups::contains).orElse(true);
  }
}
