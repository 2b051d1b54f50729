package kifs.kernel.limits;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The limits of a cgroup, named after the files of cgroup v2. A group has those whose controllers
 * it has. Whoever may write the kernel's file may change the limit. Stateless.
 */
public final class CgroupLimits {
  public static final LimitKind CPU =
      new LimitKind("cpu", "QUOTA PERIOD in microseconds, QUOTA alone, or max; cpu.max");
  public static final LimitKind CPU_WEIGHT =
      new LimitKind("cpu.weight", "share of the CPU among siblings, 1 to 10000; cpu.weight");
  public static final LimitKind MEMORY =
      new LimitKind("memory", "bytes that the group can't exceed, or max; memory.max");
  public static final LimitKind MEMORY_HIGH =
      new LimitKind("memory.high", "bytes above which it is slowed down, or max; memory.high");
  public static final LimitKind MEMORY_RECLAIM =
      new LimitKind("memory.reclaim", "bytes to reclaim now; memory.reclaim");
  public static final LimitKind PIDS =
      new LimitKind("pids", "threads that the group can't exceed, or max; pids.max");
  public static final LimitKind FREEZE =
      new LimitKind(
          "freeze", "1 stops all processes of the group, 0 continues them; cgroup.freeze");
  public static final LimitKind KILL =
      new LimitKind("kill", "1 kills all processes of the group; cgroup.kill");
  public static final LimitKind IO =
      new LimitKind("io", "MAJOR:MINOR rbps=N wbps=N riops=N wiops=N, each N or max; io.max");
  public static final LimitKind PROCESSES =
      new LimitKind("processes", "a pid moves the process into the group; cgroup.procs");
  public static final LimitKind THREADS =
      new LimitKind("threads", "a tid moves the thread into the group; cgroup.threads");

  public static final List<LimitKind> ALL =
      List.of(
          CPU,
          CPU_WEIGHT,
          MEMORY,
          MEMORY_HIGH,
          MEMORY_RECLAIM,
          PIDS,
          FREEZE,
          KILL,
          IO,
          PROCESSES,
          THREADS);

  /** The kinds that do something once, so that there is nothing to read. */
  public static final Set<LimitKind> WRITE_ONLY = Set.of(MEMORY_RECLAIM, KILL);

  public static final String MAX = "max";

  private static final int MAX_WEIGHT = 10_000;
  private static final int MIN_US = 1000;
  private static final int MAX_US = 1_000_000;
  private static final Pattern IO_TEXT =
      Pattern.compile("[0-9]{1,9}:[0-9]{1,9}( (rbps|wbps|riops|wiops)=(max|[0-9]{1,19}))+");

  private CgroupLimits() {}

  /**
   * Reads a text.
   *
   * @return the text that cgroup v2's file takes
   * @throws LimitException EINVAL if it is no value of that kind
   */
  public static String parse(LimitKind kind, String text) {
    List<String> words = Numbers.words(text);
    if (kind.equals(CPU)) {
      return cpu(words);
    }
    if (kind.equals(IO)) {
      String io = String.join(" ", words);
      if (!IO_TEXT.matcher(io).matches()) {
        throw LimitException.invalid("not " + IO.doc());
      }
      return io;
    }
    if (words.size() != 1) {
      throw LimitException.invalid("not one word");
    }
    return word(kind, words.get(0));
  }

  private static String word(LimitKind kind, String word) {
    if (kind.equals(CPU_WEIGHT)) {
      return Integer.toString(Numbers.inRange(word, 1, MAX_WEIGHT));
    }
    if (kind.equals(FREEZE)) {
      return Integer.toString(Numbers.inRange(word, 0, 1));
    }
    if (kind.equals(KILL)) {
      return Integer.toString(Numbers.inRange(word, 1, 1));
    }
    if (kind.equals(PROCESSES) || kind.equals(THREADS)) {
      return Integer.toString(Numbers.inRange(word, 1, Integer.MAX_VALUE));
    }
    boolean canBeMax = !kind.equals(MEMORY_RECLAIM);
    boolean isBytes = !kind.equals(PIDS);
    return canBeMax && word.equals(MAX)
        ? MAX
        : Long.toUnsignedString(Numbers.unsigned(word, isBytes));
  }

  private static String cpu(List<String> words) {
    if (words.isEmpty() || words.size() > 2) {
      throw LimitException.invalid("not " + CPU.doc());
    }
    String quota =
        words.get(0).equals(MAX)
            ? MAX
            : Integer.toString(Numbers.inRange(words.get(0), MIN_US, Integer.MAX_VALUE));
    return words.size() == 1 ? quota : quota + " " + Numbers.inRange(words.get(1), MIN_US, MAX_US);
  }
}
