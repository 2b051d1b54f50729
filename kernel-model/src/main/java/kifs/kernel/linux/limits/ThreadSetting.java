package kifs.kernel.linux.limits;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.linux.Syscalls;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that the kernel keeps for each thread, and that system calls get and set by the tid. For
 * a process it is set for all threads, or for none if the kernel refuses one of them. Stateless and
 * thread-safe.
 *
 * @param <V> the value
 */
abstract class ThreadSetting<V> implements Setting {
  private static final Logger LOG = LoggerFactory.getLogger(ThreadSetting.class);

  /**
   * Listings of the threads. A thread that is new in a listing was started before its creator was
   * changed, because later ones inherit the value. So a few are enough.
   */
  private static final int MAX_LISTINGS = 20;

  /**
   * The value of a thread.
   *
   * @throws LimitException the error of the kernel
   */
  abstract V get(int tid);

  /**
   * Sets the value of a thread, by system calls alone.
   *
   * @param old the value from before
   * @return 0 or a negative errno
   */
  abstract int set(int tid, V value, V old);

  /**
   * @throws LimitException EINVAL if the text is no value
   */
  abstract V parse(String text);

  abstract String text(V value);

  @Override
  public final String read(LimitTarget target) {
    V value = get(target.id());
    if (!target.isAlive()) {
      throw LimitException.vanished();
    }
    return text(value);
  }

  @Override
  public final void write(LimitTarget target, String text, ClientIdentity client) {
    V value = parse(text);
    Map<Integer, V> changed = new LinkedHashMap<>();
    int result = 0;
    for (int i = 0; i < MAX_LISTINGS && result >= 0; i++) {
      Map<Integer, V> found = unchanged(target, changed);
      if (found.isEmpty()) {
        break;
      }
      result = ClientThread.run(client, () -> setAll(found, value, changed));
    }
    if (result < 0) {
      restore(target, changed, value);
      throw new LimitException(-result, "the kernel refused " + text(value));
    }
    if (changed.isEmpty() || !target.isAlive()) {
      throw LimitException.vanished();
    }
  }

  /** The values of the threads that weren't changed yet. */
  private Map<Integer, V> unchanged(LimitTarget target, Map<Integer, V> changed) {
    Map<Integer, V> found = new LinkedHashMap<>();
    for (int tid : target.tids()) {
      if (!changed.containsKey(tid)) {
        try {
          found.put(tid, get(tid));
        } catch (LimitException e) {
          skipIfVanished(e.errno());
        }
      }
    }
    return target.isAlive() ? found : Map.of();
  }

  private static void skipIfVanished(int errno) {
    if (errno != Syscalls.ESRCH) {
      throw new LimitException(errno, "the kernel doesn't tell the present value");
    }
  }

  private int setAll(Map<Integer, V> found, V value, Map<Integer, V> changed) {
    for (Map.Entry<Integer, V> entry : found.entrySet()) {
      int result = set(entry.getKey(), value, entry.getValue());
      if (result >= 0) {
        changed.put(entry.getKey(), entry.getValue());
      } else if (result != -Syscalls.ESRCH) {
        return result;
      }
    }
    return 0;
  }

  /**
   * Gives the threads their values from before, with the rights of the daemon: the client may not
   * be allowed to do that.
   */
  private void restore(LimitTarget target, Map<Integer, V> changed, V value) {
    int[] present = target.tids();
    changed.forEach(
        (tid, old) -> {
          boolean isThere = Arrays.binarySearch(present, tid) >= 0;
          int result = isThere ? set(tid, old, value) : 0;
          if (result < 0 && result != -Syscalls.ESRCH) {
            LOG.warn("thread {} keeps {}: errno {}", tid, text(value), -result);
          }
        });
  }
}
