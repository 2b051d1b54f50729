package kifs.notifier.waiting;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;
import org.jspecify.annotations.Nullable;

/**
 * An event that a waiter gets. Immutable.
 *
 * @param realtimeNs when the notifier saw the event, ns since the epoch
 * @param entity the entity that the event is about
 * @param condition the condition that was waited for
 * @param occurrence what happened
 */
public record Event(long realtimeNs, Entity entity, Condition condition, Occurrence occurrence) {

  /**
   * What an event says about its entity.
   *
   * @param name the entity's name for users: ASCII, without blanks
   * @param pid 0 for the system, for shared memory, and for the sum of all processes
   * @param tid 0 unless the event is about one thread
   * @param uid real user id; -1: not known, because the process vanished before it could be read
   * @param comm the name as raw bytes, one char each
   */
  public record Entity(String name, int pid, int tid, long uid, String comm) {}

  /**
   * What an event says about what happened.
   *
   * @param value in the condition's unit; 1 for a metric that is an event
   * @param heldNs how long the condition had held, ns
   * @param status wait status of a process that exited, as in wait(2); {@link #NO_STATUS}: not
   *     known, or not an exit
   * @param child the process that a fork created; 0: not a fork
   * @param awaited what the thread waits for; null: the metric isn't about a wait
   */
  public record Occurrence(
      double value, long heldNs, int status, int child, @Nullable Awaited awaited) {
    public static final int NO_STATUS = -1;

    /** The occurrence of a condition on a figure. */
    public static Occurrence measured(double value, long heldNs) {
      return new Occurrence(value, heldNs, NO_STATUS, 0, null);
    }

    /** The occurrence of a condition on the time that a thread has waited. */
    public static Occurrence waited(double value, long heldNs, Awaited awaited) {
      return new Occurrence(value, heldNs, NO_STATUS, 0, awaited);
    }

    /** The occurrence of something that happened once. */
    public static Occurrence happened(int status, int child) {
      return new Occurrence(1, 0, status, child, null);
    }
  }

  /**
   * What an event says about what a thread waits for.
   *
   * @param kind the label of its kind, as in {@link kifs.kernel.record.WaitKind}
   * @param object the name that the thread has for it
   * @param owner the threads or processes that hold it, separated by commas
   */
  public record Awaited(String kind, String object, String owner) {
    /** The wait ended before it could be read. */
    public static final Awaited UNKNOWN = new Awaited("-", "-", "-");
  }

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);
  private static final long NS_PER_S = 1_000_000_000L;

  /**
   * Returns the event as one line of ASCII, with its newline (docs/notify.md 2.1).
   *
   * @param seq the number of the event among those of its open file, from 1; lost events count
   * @param lost the number of events that were lost between the one before and this one
   * @param uncertain the number of further events that may have been lost there; shown unless 0
   */
  String line(long seq, long lost, long uncertain) {
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
    Awaited awaited = occurrence.awaited;
    if (awaited != null) {
      line.append(" kind=").append(quoted(awaited.kind));
      line.append(" object=").append(quoted(awaited.object));
      line.append(" owner=").append(quoted(awaited.owner));
    }
    if (uncertain > 0) {
      line.append(" gap=").append(uncertain);
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
    boolean isLetter = condition.metric().nature() == Metric.Nature.STATE;
    return isLetter ? Character.toString((char) figure) : number(figure);
  }

  /** Writes integers without a fraction, and other numbers with at most three decimals. */
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

  /**
   * Returns a name unchanged if a reader can't misread it; else in double quotes with escapes.
   * Always one line.
   */
  private static String quoted(String raw) {
    if (isPlain(raw)) {
      return raw;
    }
    StringBuilder out = new StringBuilder("\"");
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
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
