package kifs.kernel.limits;

import java.util.List;

/**
 * An I/O priority: the name of its class, and the level of those that have levels. Immutable.
 *
 * @param type IOPRIO_CLASS_* of the kernel's uapi/linux/ioprio.h
 * @param level 0, the highest, to 7
 */
public record IoPriority(int type, int level) {
  private static final int REALTIME = 1;
  private static final int BEST_EFFORT = 2;
  private static final int MAX_LEVEL = 7;

  /** In the order of their numbers. */
  private static final List<String> NAMES = List.of("none", "realtime", "best-effort", "idle");

  private static final int CLASS_SHIFT = 13;

  /** The priority of a number of ioprio_get(2). Its hints to the device are not part of it. */
  public static IoPriority of(int number) {
    return new IoPriority(number >>> CLASS_SHIFT, number & MAX_LEVEL);
  }

  /** The number for ioprio_set(2). */
  public int number() {
    return type << CLASS_SHIFT | level;
  }

  private static boolean hasLevels(int type) {
    return type == REALTIME || type == BEST_EFFORT;
  }

  /**
   * @throws LimitException EINVAL if it isn't a class with what belongs to it
   */
  public static IoPriority parse(String text) {
    List<String> words = Numbers.words(text);
    int type = words.isEmpty() ? -1 : NAMES.indexOf(words.get(0));
    if (type < 0 || words.size() != (hasLevels(type) ? 2 : 1)) {
      throw LimitException.invalid("not none, idle, best-effort LEVEL or realtime LEVEL");
    }
    return new IoPriority(type, hasLevels(type) ? Numbers.inRange(words.get(1), 0, MAX_LEVEL) : 0);
  }

  public String text() {
    String name = type < NAMES.size() ? NAMES.get(type) : Integer.toString(type);
    return hasLevels(type) ? name + " " + level : name;
  }
}
