package kifs.notifier.waiting;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.Predicate;
import kifs.notifier.metric.Metric;
import org.jspecify.annotations.Nullable;

/**
 * An event that a waiter gets. {@link EventField} lists what its line says. Immutable.
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
   * @param name the entity's path for users: ASCII, without blanks
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
   * @param share what a value in percent of a limit is in numbers; null: it isn't a percentage
   * @param status wait status of a process that exited, as in wait(2); {@link #NO_STATUS}: not
   *     known, or not an exit
   * @param child the process that a fork created; 0: not a fork
   * @param awaited what the thread waits for; null: the metric isn't about a wait
   * @param oddity what is unusual; null: the metric isn't about that, or it is usual again
   */
  public record Occurrence(
      double value,
      long heldNs,
      @Nullable Share share,
      int status,
      int child,
      @Nullable Awaited awaited,
      @Nullable Oddity oddity) {
    public static final int NO_STATUS = -1;

    /** The occurrence of a condition on a figure. */
    public static Occurrence measured(double value, long heldNs) {
      return new Occurrence(value, heldNs, null, NO_STATUS, 0, null, null);
    }

    /** The occurrence of a condition on a figure in percent of a limit. */
    public static Occurrence measured(double value, long heldNs, @Nullable Share share) {
      return new Occurrence(value, heldNs, share, NO_STATUS, 0, null, null);
    }

    /** The occurrence of a condition on the time that a thread has waited. */
    public static Occurrence waited(double value, long heldNs, Awaited awaited) {
      return new Occurrence(value, heldNs, null, NO_STATUS, 0, awaited, null);
    }

    /** The occurrence of a condition on how far something is from what is usual. */
    public static Occurrence unusual(double value, long heldNs, @Nullable Oddity oddity) {
      return new Occurrence(value, heldNs, null, NO_STATUS, 0, null, oddity);
    }

    /** The occurrence of something that happened once. */
    public static Occurrence happened(int status, int child) {
      return new Occurrence(1, 0, null, status, child, null, null);
    }

    boolean hasStatus() {
      return status != NO_STATUS;
    }

    /** Whether a process called exit(2) or returned from {@code main}. */
    boolean endedByItself() {
      return hasStatus() && (status & 0x7F) == 0;
    }

    boolean endedBySignal() {
      return hasStatus() && (status & 0x7F) != 0;
    }
  }

  /** The largest number that a name of a condition can have: any share of a limit of 0. */
  private static final String SHARE_OF_NOTHING = "999999999999999999";

  /**
   * What a percentage is of, in the metric's own unit.
   *
   * @param amount the value
   * @param limit what 100 % is; infinite: there is no limit
   */
  public record Share(double amount, double limit) {}

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

  /**
   * What an event says about what is unusual.
   *
   * @param metric the metric that is farthest from what is usual
   * @param now its present value, averaged over the time in which it is unusual
   * @param low the least value that is usual
   * @param high the greatest one
   */
  public record Oddity(Metric metric, double now, double low, double high) {}

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(9).toFormatter(Locale.ROOT);
  private static final long NS_PER_S = 1_000_000_000L;

  private static final List<EventField> FIELDS = List.of(EventField.values());

  /** The event without the status with which the process exited. */
  Event withoutStatus() {
    return new Event(
        realtimeNs,
        entity,
        condition,
        new Occurrence(
            occurrence.value,
            occurrence.heldNs,
            occurrence.share,
            Occurrence.NO_STATUS,
            occurrence.child,
            occurrence.awaited,
            occurrence.oddity));
  }

  /**
   * Returns the event as one line of ASCII, with its newline (docs/notify.md 2.1).
   *
   * @param seq the number of the event among those of its open file, from 1; lost events count
   * @param lost the number of events that were lost between the one before and this one
   * @param uncertain the number of further events that may have been lost there; shown unless 0
   */
  String line(long seq, long lost, long uncertain) {
    StringBuilder line = new StringBuilder(256);
    EventField.Place place = new EventField.Place(seq, lost, uncertain);
    for (EventField field : FIELDS) {
      field.appendTo(line, this, place);
    }
    return line.append('\n').toString();
  }

  String time() {
    return TIME.format(
        Instant.ofEpochSecond(
            Math.floorDiv(realtimeNs, NS_PER_S), Math.floorMod(realtimeNs, NS_PER_S)));
  }

  String threshold() {
    boolean any =
        condition.isOfEvent()
            || condition.predicate() == Predicate.CHANGES && condition.threshold() == 0;
    return any ? "any" : shown(condition.threshold());
  }

  String shown(double figure) {
    boolean isLetter = condition.metric().nature() == Metric.Nature.STATE;
    return isLetter ? Character.toString((char) figure) : number(figure);
  }

  /** Writes integers without a fraction, and other numbers with at most three decimals. */
  static String number(double value) {
    if (value == Double.POSITIVE_INFINITY) {
      return SHARE_OF_NOTHING;
    }
    if (value == 0x1p64) {
      // A sum that doesn't fit, which the attribute shows as 2^64-1.
      return "18446744073709551615";
    }
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
}
