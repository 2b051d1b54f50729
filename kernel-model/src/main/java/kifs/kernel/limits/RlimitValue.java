package kifs.kernel.limits;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.record.LimitsRecord;

/**
 * The soft and the hard value of an rlimit: {@code soft hard}, or one number for the soft one
 * alone. Numbers are unsigned and in the unit of getrlimit(2). Immutable.
 */
public record RlimitValue(long soft, long hard) {
  public static final long UNLIMITED = -1;

  private static final String UNLIMITED_WORD = "unlimited";

  private static final Set<String> BYTES =
      Set.of("fsize", "data", "stack", "core", "rss", "memlock", "as", "msgqueue");

  /** What a limit of another unit counts. */
  private static final Map<String, String> UNITS =
      Map.of(
          "cpu", "seconds of CPU time",
          "nproc", "threads of its real user",
          "nofile", "one more than the greatest fd",
          "locks", "file locks, which Linux doesn't limit",
          "sigpending", "queued signals of its real user",
          "nice", "20 minus the least nice value that it may set",
          "rtprio", "greatest real-time priority that it may set",
          "rttime", "microseconds of CPU time without a blocking call, with a real-time policy");

  /** What the numbers of a limit mean. */
  static String doc(LimitsRecord.Limit limit) {
    return isBytes(limit) ? "bytes of " + noun(limit) : UNITS.getOrDefault(limit.name(), "");
  }

  private static String noun(LimitsRecord.Limit limit) {
    return switch (limit.name()) {
      case "fsize" -> "a file that it writes";
      case "data" -> "data segments and heap";
      case "stack" -> "the stack of the main thread";
      case "core" -> "a core dump";
      case "rss" -> "resident memory, which Linux doesn't limit";
      case "memlock" -> "locked memory";
      case "as" -> "address space";
      default -> "message queues of its real user";
    };
  }

  /** Whether the unit is bytes, so that a number may end in K, M, G or T. */
  public static boolean isBytes(LimitsRecord.Limit limit) {
    return BYTES.contains(limit.name());
  }

  /**
   * Reads a text.
   *
   * @param presentHard the hard value if the text has only a soft one. Whether the soft one fits is
   *     for the kernel to say then, which first asks whether the client may set it
   * @throws LimitException EINVAL if the text is not one or two numbers, or the first is greater
   *     than the second
   */
  public static RlimitValue parse(String text, boolean isBytes, long presentHard) {
    List<String> words = Numbers.words(text);
    if (words.isEmpty() || words.size() > 2) {
      throw LimitException.invalid("not SOFT, or SOFT HARD");
    }
    long soft = number(words.get(0), isBytes);
    long hard = words.size() == 1 ? presentHard : number(words.get(1), isBytes);
    if (words.size() == 2 && Long.compareUnsigned(soft, hard) > 0) {
      throw LimitException.invalid("the soft value is greater than the hard one, " + text(hard));
    }
    return new RlimitValue(soft, hard);
  }

  /** Whether a text leaves the hard value as it is. */
  public static boolean isSoftOnly(String text) {
    return Numbers.words(text).size() == 1;
  }

  private static long number(String word, boolean isBytes) {
    return word.equals(UNLIMITED_WORD) ? UNLIMITED : Numbers.unsigned(word, isBytes);
  }

  public String text() {
    return text(soft) + " " + text(hard);
  }

  /** One of the two values as a word. */
  public static String text(long value) {
    return value == UNLIMITED ? UNLIMITED_WORD : Long.toUnsignedString(value);
  }
}
