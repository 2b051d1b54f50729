package kifs.kernel.limits;

import java.util.List;

/**
 * The bounds of the CPU performance that the scheduler asks for while a thread runs: {@code min
 * max}. Immutable.
 *
 * @param min 0 to 1024
 * @param max 0 to 1024
 */
public record UtilizationClamp(int min, int max) {
  private static final int FULL = 1024;

  /**
   * @throws LimitException EINVAL if it isn't two numbers from 0 to 1024, the second at least the
   *     first
   */
  public static UtilizationClamp parse(String text) {
    List<String> words = Numbers.words(text);
    if (words.size() != 2) {
      throw LimitException.invalid("not MIN MAX");
    }
    int min = Numbers.inRange(words.get(0), 0, FULL);
    return new UtilizationClamp(min, Numbers.inRange(words.get(1), min, FULL));
  }

  public String text() {
    return min + " " + max;
  }
}
