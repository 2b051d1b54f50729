package kifs.notifier.waiting;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;

/**
 * Something that was waited for and came. Immutable.
 *
 * @param realtimeNs when it was seen
 * @param entity what it happened to
 * @param condition what was waited for
 * @param occurrence what happened
 */
public record Event(long realtimeNs, Entity entity, Condition condition, Occurrence occurrence) {

  /**
   * What an event says of its entity.
   *
   * @param name as users know it: ASCII, without blanks
   * @param pid 0 for the system and for sums
   * @param tid 0 unless the event is a thread's
   * @param uid real user id; -1: not known, the process was gone before it could be asked
   * @param comm raw bytes, one char each
   */
  public record Entity(String name, int pid, int tid, long uid, String comm) {}

  /**
   * What an event says of what happened.
   *
   * @param value in the condition's unit; for events the number of times it happened, 1
   * @param heldNs how long the condition had held
   * @param status wait status of a process that exited; {@link #NO_STATUS}: not known, or no exit
   * @param child the process that a fork made; 0: it is no fork
   */
  public record Occurrence(double value, long heldNs, int status, int child) {
    public static final int NO_STATUS = -1;

    /** A figure fulfils the condition. */
    public static Occurrence measured(double value, long heldNs) {
      return new Occurrence(value, heldNs, NO_STATUS, 0);
    }

    /** Something happened once. */
    public static Occurrence happened(int status, int child) {
      return new Occurrence(1, 0, status, child);
    }
  }

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);
  private static final long NS_PER_S = 1_000_000_000L;

  /**
   * The event's one line.
   *
   * @param seq counts the events of one open file
   * @param lost events that this open file's queue had no room for since the one before
   */
  String line(long seq, long lost) {
    Instant time =
        Instant.ofEpochSecond(
            Math.floorDiv(realtimeNs, NS_PER_S), Math.floorMod(realtimeNs, NS_PER_S));
    StringBuilder line = new StringBuilder(256);
    line.append("time=").append(TIME.format(time));
    line.append(" seq=").append(seq);
    line.append(" entity=").append(entity.name);
    line.append(" pid=").append(entity.pid);
    line.append(" tid=").append(entity.tid);
    line.append(" uid=").append(entity.uid);
    line.append(" comm=").append(quoted(entity.comm));
    line.append(" metric=").append(condition.metric());
    line.append(" predicate=").append(condition.predicate());
    line.append(" value=").append(shown(occurrence.value));
    line.append(" threshold=").append(threshold());
    line.append(" unit=").append(condition.unit());
    line.append(" held=").append(number(occurrence.heldNs / 1e9)).append('s');
    line.append(" lost=").append(lost);
    if (occurrence.status >= 0) {
      line.append(" status=").append(occurrence.status);
    }
    if (occurrence.child > 0) {
      line.append(" child=").append(occurrence.child);
    }
    return line.append('\n').toString();
  }

  private String threshold() {
    boolean any =
        condition.isOfEvent()
            || condition.predicate() == Predicate.CHANGES && condition.threshold() == 0;
    return any ? "any" : shown(condition.threshold());
  }

  private String shown(double figure) {
    boolean letter = condition.metric().nature() == Metric.Nature.STATE;
    return letter ? Character.toString((char) figure) : number(figure);
  }

  /** Whole numbers without a fraction, others with at most three digits of one. */
  private static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e18) {
      return Long.toString((long) value);
    }
    String text = String.format(Locale.ROOT, "%.3f", value);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    String number = text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
    return number.equals("-0") ? "0" : number;
  }

  /** As it is if that can't be misread, else in double quotes with escapes; always one line. */
  private static String quoted(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    StringBuilder out = new StringBuilder("\"");
    for (char c : raw.toCharArray()) {
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c >= ' ' && c < 0x7F) {
        out.append(c);
      } else {
        out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      }
    }
    return out.append('"').toString();
  }

  private static boolean isPlain(String raw) {
    boolean plain = !raw.isEmpty();
    for (int i = 0; i < raw.length() && plain; i++) {
      char c = raw.charAt(i);
      plain = c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
    }
    return plain;
  }
}
