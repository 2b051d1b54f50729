package kifs.kernel.linux.limits;

import java.util.Optional;
import java.util.function.IntFunction;
import kifs.kernel.limits.CgroupMove;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.RlimitValue;
import kifs.kernel.record.LimitsRecord;

/**
 * The process or thread that is limited, bound to its directory in /proc. Thread-safe. Methods that
 * throw nothing say that the entity has vanished by an empty result.
 */
public interface LimitTarget {
  /** The pid or tid. */
  int id();

  /** Whether the bound entity still exists. If so, the id is its own. */
  boolean isAlive();

  /** The threads of a process, ascending; of a thread the thread itself. */
  int[] tids();

  /**
   * An rlimit, as any user may read it.
   *
   * @throws LimitException ESRCH if the entity has vanished
   */
  RlimitValue rlimit(LimitsRecord.Limit limit);

  /** The directory of a cgroup; empty if no mounted hierarchy can have it. */
  Optional<String> cgroupDirectory(CgroupMove move);

  /**
   * Calls an action with the fd of the entity's directory in /proc, which is open meanwhile.
   *
   * @throws LimitException ESRCH if the entity has vanished
   */
  <T> T inDirectory(IntFunction<T> action);
}
