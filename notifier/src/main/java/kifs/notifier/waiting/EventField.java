package kifs.notifier.waiting;

import static kifs.notifier.waiting.Event.number;

import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import kifs.kernel.record.Escapes;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.metric.Metric;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an event's line, in their order. This is their one definition: lines and the
 * reference in {@code docs/notify.md} are made from it. A new field is added at the end. Immutable.
 */
public enum EventField {
  TIME("when kifs saw it, in UTC, with nine digits after the point", (e, p) -> e.time()),
  SEQ(
      "number of the event in this open file, from 1; lost events count (2.4)",
      (e, p) -> Long.toString(p.seq())),
  ENTITY("path of the entity below the mountpoint", (e, p) -> e.entity().name()),
  PID(
      "its process; of a deadlock the process of its first thread; 0: the host, a sum of processes,"
          + " or shared memory",
      (e, p) -> Integer.toString(e.entity().pid())),
  TID(
      "its thread, also where a thread of a process is meant (`blocked`, `deadlock`); 0: none",
      (e, p) -> Integer.toString(e.entity().tid())),
  UID(
      "real user id of the process, or owner of the shared memory; 0 also where there is neither"
          + " (the host, locks, cgroups, sums); -1: not known, because the process vanished before"
          + " it was read",
      (e, p) -> Long.toString(e.entity().uid())),
  COMM(
      "name of the process or thread, escaped (2.2); empty: none, or not known",
      (e, p) -> Escapes.word(e.entity().comm())),
  METRIC("the metric, as in the name that was opened", (e, p) -> e.condition().metric().name()),
  PREDICATE("the predicate, likewise", (e, p) -> e.condition().predicate().toString()),
  VALUE(
      "the value in `unit`; a state's letter; a deadlock's number; 1 for what happens once",
      (e, p) -> e.shown(e.occurrence().value())),
  THRESHOLD("the threshold in `unit`, or `any`", (e, p) -> e.threshold()),
  UNIT(
      "unit of `value` and `threshold`; `%` if the threshold is in percent",
      (e, p) -> e.condition().unit()),
  HELD(
      "how long the condition has held, in seconds, with an `s`",
      (e, p) -> number(e.occurrence().heldNs() / 1e9) + "s"),
  LOST(
      "how many events are missing between the one before and this one (2.4)",
      (e, p) -> Long.toString(p.lost())),
  STATUS(
      "wait status as wait(2) returns it; absent where the kernel doesn't tell it, and for clients"
          + " that may not see it",
      "exits",
      EventField::isOfExit,
      (e, p) -> shownIf(e.occurrence().hasStatus(), e.occurrence().status())),
  EXIT(
      "exit status, if the process ended by itself",
      "exits",
      EventField::isOfExit,
      (e, p) -> shownIf(e.occurrence().endedByItself(), e.occurrence().status() >> 8 & 0xFF)),
  SIGNAL(
      "number of the signal that ended the process",
      "exits",
      EventField::isOfExit,
      (e, p) -> shownIf(e.occurrence().endedBySignal(), e.occurrence().status() & 0x7F)),
  CHILD(
      "pid of the new process",
      "forks",
      metric -> metric.event() == ProcessEvent.Kind.FORK,
      (e, p) -> shownIf(e.occurrence().child() > 0, e.occurrence().child())),
  AMOUNT(
      "the value in the metric's own unit",
      "thresholds in % of a limit",
      Metric::hasLimit,
      (e, p) -> ofShare(e, share -> number(share.amount()))),
  LIMIT(
      "the limit, which is 100 %, in the metric's own unit; or `unlimited`",
      "thresholds in % of a limit",
      Metric::hasLimit,
      (e, p) -> ofShare(e, share -> limit(share.limit()))),
  AMOUNTUNIT(
      "unit of `amount` and `limit`",
      "thresholds in % of a limit",
      Metric::hasLimit,
      (e, p) -> ofShare(e, share -> e.condition().metric().unit().symbol())),
  KIND(
      "kind of what the thread waits for, as in `locks/waits`",
      "long waits",
      Metric::isWait,
      (e, p) -> ofWait(e, Event.Awaited::kind)),
  OBJECT(
      "the waiter's name for it: an address, an fd, a child's pid",
      "long waits",
      Metric::isWait,
      (e, p) -> ofWait(e, Event.Awaited::object)),
  OWNER(
      "the threads or processes that hold it, separated by commas; `-`: not known",
      "long waits",
      Metric::isWait,
      (e, p) -> ofWait(e, Event.Awaited::owner)),
  GAP(
      "how many further events may be missing before this one (2.4)",
      "what happens to processes, after a loss",
      metric -> metric.event() != null,
      (e, p) -> shownIf(p.uncertain() > 0, p.uncertain())),
  OF(
      "the metric that is unusual",
      "what is unusual",
      Metric::isOfHistory,
      (e, p) -> ofOddity(e, oddity -> oddity.metric().name())),
  NOW(
      "its value in `ofunit`, averaged over the time in which it is unusual",
      "what is unusual",
      Metric::isOfHistory,
      (e, p) -> ofOddity(e, oddity -> number(oddity.now()))),
  USUAL(
      "the least and the greatest usual value in `ofunit`, as `3.1..12`",
      "what is unusual",
      Metric::isOfHistory,
      (e, p) -> ofOddity(e, oddity -> number(oddity.low()) + ".." + number(oddity.high()))),
  OFUNIT(
      "unit of `now` and `usual`",
      "what is unusual",
      Metric::isOfHistory,
      (e, p) -> ofOddity(e, oddity -> oddity.metric().unit().symbol()));

  /** Makes the text of a field; null: this event doesn't have the field. */
  @FunctionalInterface
  private interface Text {
    @Nullable String of(Event event, Place place);
  }

  /**
   * Where an event stands in its open file.
   *
   * @param seq the number of the event among those of its open file, from 1; lost events count
   * @param lost the number of events that were lost between the one before and this one
   * @param uncertain the number of further events that may have been lost there
   */
  record Place(long seq, long lost, long uncertain) {}

  private final String doc;
  private final @Nullable String when;
  private final Predicate<Metric> possible;
  private final Text text;

  /** A field that every event has. */
  EventField(String doc, Text text) {
    this.doc = doc;
    this.when = null;
    this.possible = metric -> true;
    this.text = text;
  }

  /**
   * A field that some events have.
   *
   * @param when the events that have it, for the reference
   * @param possible whether an event of that metric can have it
   */
  EventField(String doc, String when, Predicate<Metric> possible, Text text) {
    this.doc = doc;
    this.when = when;
    this.possible = possible;
    this.text = text;
  }

  private static boolean isOfExit(Metric metric) {
    return metric.event() == ProcessEvent.Kind.EXIT;
  }

  private static @Nullable String shownIf(boolean has, long value) {
    return has ? Long.toString(value) : null;
  }

  private static @Nullable String ofShare(Event event, Function<Event.Share, String> text) {
    Event.Share share = event.occurrence().share();
    return share == null ? null : text.apply(share);
  }

  private static @Nullable String ofWait(Event event, Function<Event.Awaited, String> text) {
    Event.Awaited awaited = event.occurrence().awaited();
    return awaited == null ? null : Escapes.word(text.apply(awaited));
  }

  private static @Nullable String ofOddity(Event event, Function<Event.Oddity, String> text) {
    Event.Oddity oddity = event.occurrence().oddity();
    return oddity == null ? null : text.apply(oddity);
  }

  private static String limit(double limit) {
    return Double.isInfinite(limit) ? "unlimited" : number(limit);
  }

  /** The key of the field in the line. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The meaning of the field, as users read it. */
  public String doc() {
    return doc;
  }

  /** Which events have the field, as users read it. */
  public String when() {
    return when == null ? "all" : when;
  }

  /** Whether only some events have the field. */
  boolean isOptional() {
    return when != null;
  }

  /** Whether an event of that metric can have the field. */
  boolean isPossible(Metric metric) {
    return possible.test(metric);
  }

  /** Appends {@code key=value} if the event has the field. */
  void appendTo(StringBuilder line, Event event, Place place) {
    String value = text.of(event, place);
    if (value != null) {
      line.append(line.isEmpty() ? "" : " ").append(key()).append('=').append(value);
    }
  }
}
