package kifs.kernel.limits;

import java.util.List;

/**
 * A scheduling policy: its name, then the priority of {@code fifo} and {@code rr}, or the three
 * times of the policy "deadline". Immutable.
 *
 * @param number SCHED_* of the kernel's uapi/linux/sched.h
 * @param priority 1 to 99 for fifo and rr, else 0
 * @param runtimeNs how long the thread may run in each period, for deadline, ns
 * @param deadlineNs the time after the beginning of a period by which it has run, for deadline, ns
 * @param periodNs for deadline, ns
 */
public record SchedulingPolicy(
    int number, int priority, long runtimeNs, long deadlineNs, long periodNs) {
  public static final int DEADLINE = 6;

  private static final int FIFO = 1;
  private static final int RR = 2;
  private static final int MAX_PRIORITY = 99;
  private static final int WORDS_OF_DEADLINE = 4;

  private static final List<String> NAMES =
      List.of("other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext");

  /** A policy without a deadline. */
  public SchedulingPolicy(int number, int priority) {
    this(number, priority, 0, 0, 0);
  }

  /** The name of a policy; the number itself if it has no name here. */
  public static String name(long number) {
    return number >= 0 && number < NAMES.size() ? NAMES.get((int) number) : Long.toString(number);
  }

  /**
   * @throws LimitException EINVAL if it isn't a policy with what belongs to it
   */
  public static SchedulingPolicy parse(String text) {
    List<String> words = Numbers.words(text);
    int number = words.isEmpty() ? -1 : NAMES.indexOf(words.get(0));
    if (number < 0) {
      throw LimitException.invalid("not a policy: other, batch, idle, fifo, rr or deadline");
    }
    return switch (number) {
      case FIFO, RR -> {
        require(words, 2, "a priority, 1 to 99");
        yield new SchedulingPolicy(number, Numbers.inRange(words.get(1), 1, MAX_PRIORITY));
      }
      case DEADLINE -> {
        require(words, WORDS_OF_DEADLINE, "runtime, deadline and period in ns");
        yield new SchedulingPolicy(number, 0, ns(words, 1), ns(words, 2), ns(words, 3));
      }
      default -> {
        require(words, 1, "nothing after its name");
        yield new SchedulingPolicy(number, 0);
      }
    };
  }

  private static void require(List<String> words, int count, String what) {
    if (words.size() != count) {
      throw LimitException.invalid("the policy " + words.get(0) + " takes " + what);
    }
  }

  private static long ns(List<String> words, int at) {
    return Numbers.unsigned(words.get(at), false);
  }

  public String text() {
    return switch (number) {
      case FIFO, RR -> name(number) + " " + priority;
      case DEADLINE ->
          "%s %s %s %s"
              .formatted(
                  name(number),
                  Long.toUnsignedString(runtimeNs),
                  Long.toUnsignedString(deadlineNs),
                  Long.toUnsignedString(periodNs));
      default -> name(number);
    };
  }
}
