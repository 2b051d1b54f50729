package kifs.kernel.query;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which processes something is about: those that have a name, a user, and a cgroup. Immutable.
 *
 * @param comm the complete name of the process as in its {@code comm}, one char per byte; empty:
 *     any
 * @param uid the real user id, as 32 bits; empty: any
 * @param cgroup the path of a cgroup, one char per byte; processes in that cgroup and below it are
 *     selected; empty: any
 */
public record Selection(Optional<String> comm, OptionalInt uid, Optional<String> cgroup) {
  /** All processes. */
  public static final Selection ALL =
      new Selection(Optional.empty(), OptionalInt.empty(), Optional.empty());

  public Selection withComm(String only) {
    return new Selection(Optional.of(only), uid, cgroup);
  }

  public Selection withUid(int only) {
    return new Selection(comm, OptionalInt.of(only), cgroup);
  }

  public Selection withCgroup(String only) {
    return new Selection(comm, uid, Optional.of(only));
  }

  /** Whether every process is selected. */
  public boolean isAll() {
    return equals(ALL);
  }

  /**
   * Whether a process of that name and user is selected, as far as these decide it.
   *
   * @param name one char per byte; null: not known, which selects the process
   * @param user real user id; -1: not known, which selects no process if a user is wanted
   */
  public boolean admits(@Nullable String name, long user) {
    return (comm.isEmpty() || name == null || comm.get().equals(name))
        && (uid.isEmpty() || user == Integer.toUnsignedLong(uid.getAsInt()));
  }

  /** Returns a query that asks only for the selected processes among those that it asked for. */
  public Query restrict(Query query) {
    Query restricted = query;
    if (comm.isPresent()) {
      restricted = restricted.withComms(Set.of(comm.get()));
    }
    if (uid.isPresent()) {
      restricted = restricted.withUids(Set.of(uid.getAsInt()));
    }
    return cgroup.isPresent() ? restricted.withCgroup(cgroup.get()) : restricted;
  }
}
