package kifs.kernel.linux.events;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts the messages of the proc connector that never came. The kernel numbers the messages of
 * each CPU, so a gap in the numbers says how many were lost, though not of which kind. Not
 * thread-safe.
 */
final class MessageNumbers {
  private final Map<Integer, Integer> lastByCpu = new HashMap<>();

  /**
   * Notes that a message came.
   *
   * @param cpu the CPU whose numbers these are
   * @param number wraps around at 2^32
   * @return how many messages of the CPU were lost since the one before
   */
  int missing(int cpu, int number) {
    Integer last = lastByCpu.put(cpu, number);
    // A number that isn't greater is no gap: the kernel began to count anew.
    return last == null ? 0 : Math.max(0, number - last - 1);
  }
}
