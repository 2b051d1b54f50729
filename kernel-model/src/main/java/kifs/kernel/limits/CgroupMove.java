package kifs.kernel.limits;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.kernel.record.Escapes;

/**
 * The order to move a process into a cgroup of one hierarchy. Immutable.
 *
 * @param controllers of the hierarchy, as in {@code /proc/[pid]/cgroup}: empty for cgroup v2
 * @param path of the cgroup, one char a byte
 */
public record CgroupMove(String controllers, String path) {
  private static final Pattern LINE = Pattern.compile("(?:[0-9]{1,9}:)?([^:/]*):(/[^\n]*)");

  /**
   * Reads a line as {@code /proc/[pid]/cgroup} has it: {@code NUMBER:CONTROLLERS:PATH}, where the
   * number may be left out. What {@link Escapes#line} has escaped is read as it was before.
   *
   * @throws LimitException EINVAL if the text is no such line
   */
  public static CgroupMove parse(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw LimitException.invalid("not CONTROLLERS:PATH");
    }
    try {
      return new CgroupMove(line.group(1), Escapes.unescaped(line.group(2)));
    } catch (IllegalArgumentException e) {
      throw LimitException.invalid("a backslash begins no escape");
    }
  }
}
