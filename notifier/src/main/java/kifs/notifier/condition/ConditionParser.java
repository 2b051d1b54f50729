package kifs.notifier.condition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kifs.kernel.query.BadQueryException;
import kifs.kernel.query.QueryParser;
import kifs.kernel.query.Selection;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.Unit;

/**
 * Parses conditions from the components of a pathname: {@code
 * <metric>/<predicate>/<value>[,option…]}. Every input gives a condition or one of the exceptions
 * {@link UnknownNameException} and {@link BadValueException}. Stateless, so thread-safe.
 */
public final class ConditionParser {
  /** The letters that a state can be, as in {@code ps}. */
  private static final String STATES = "RSDTtZXIPKW";

  /** With the point. */
  private static final int MAX_NUMBER_LENGTH = 18;

  private static final long MAX_DURATION_NS = 30L * 24 * 3600 * 1_000_000_000L;
  private static final double NS_PER_S = 1e9;

  /**
   * A condition, with the options that concern its scope or its waiter.
   *
   * @param selection the processes that the condition is about
   * @param follow whether the open returns at once, and each read blocks for the next event
   */
  public record Request(Condition condition, Selection selection, boolean follow) {}

  /** A threshold, in the metric's unit or in percent of its limit. */
  private record Number(double value, boolean ofLimit) {}

  private ConditionParser() {}

  /**
   * Finds a metric.
   *
   * @param sum whether the scope is a sum
   */
  public static Metric metric(EntityKind kind, boolean sum, String name)
      throws UnknownNameException {
    return Metrics.of(kind, sum).stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UnknownNameException("a " + kind + " has no metric " + name));
  }

  /** Finds a predicate that fits the metric's nature. */
  public static Predicate predicate(Metric metric, String name) throws UnknownNameException {
    return Predicate.of(metric.nature()).stream()
        .filter(p -> p.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new UnknownNameException(metric + " has no predicate " + name));
  }

  /**
   * Parses the value and the options.
   *
   * @param text the last component of the pathname
   */
  public static Request request(Metric metric, Predicate predicate, String text)
      throws BadValueException {
    List<String> words = new ArrayList<>(List.of(text.split(",", -1)));
    String value = words.remove(0);
    Number threshold = threshold(metric, predicate, value);
    Number clear = null;
    long overNs = metric.nature() == Metric.Nature.RATE ? Condition.DEFAULT_OVER_NS : 0;
    long forNs = 0;
    boolean follow = false;
    Selection selection = Selection.ALL;
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      String argument = equals < 0 ? "" : word.substring(equals + 1);
      require(seen.add(key), "option given twice: " + key);
      require((equals < 0) == key.equals("follow"), "not an option: " + word);
      switch (key) {
        case "follow" -> follow = true;
        case "over" -> {
          require(
              metric.nature() == Metric.Nature.RATE,
              metric + " is not a rate, so it has no window");
          overNs = duration(argument);
          require(overNs > 0, "the window must be longer than 0");
        }
        case "for" -> {
          boolean canHold = predicate.isLevel() || metric.nature() == Metric.Nature.STATE;
          require(
              canHold && predicate != Predicate.CHANGES,
              predicate + " has no duration, so it can't have for=");
          forNs = duration(argument);
        }
        case "clear" -> {
          require(predicate.isLevel(), predicate + " has no excursion, so it can't have clear=");
          clear = number(metric, argument);
        }
        case "comm", "uid", "cgroup" -> selection = select(selection, key, argument);
        default -> throw new BadValueException("unknown option: " + word);
      }
    }
    double clearAt = clear == null ? threshold.value() : checkedClear(predicate, threshold, clear);
    Condition condition =
        new Condition(
            metric, predicate, threshold.value(), threshold.ofLimit(), clearAt, overNs, forNs);
    return new Request(condition, selection, follow);
  }

  private static Selection select(Selection from, String key, String argument)
      throws BadValueException {
    try {
      return QueryParser.select(from, key, argument);
    } catch (BadQueryException e) {
      throw new BadValueException(String.valueOf(e.getMessage()));
    }
  }

  private static Number threshold(Metric metric, Predicate predicate, String value)
      throws BadValueException {
    if (metric.nature() == Metric.Nature.STATE) {
      return new Number(state(predicate, value), false);
    }
    if (predicate == Predicate.OCCURS) {
      require(value.equals("any"), "the value of an event must be any: " + value);
      return new Number(0, false);
    }
    if (predicate == Predicate.CHANGES) {
      if (value.equals("any")) {
        return new Number(0, false);
      }
      Number step = number(metric, value);
      require(step.value() > 0, "a change must be greater than 0: " + value);
      return step;
    }
    return number(metric, value);
  }

  /** Parses a state's letter, or {@code any}, which only {@code changes} accepts; 0: any. */
  private static int state(Predicate predicate, String value) throws BadValueException {
    if (predicate == Predicate.CHANGES) {
      require(value.equals("any"), "the value of a state's change must be any: " + value);
      return 0;
    }
    require(
        value.length() == 1 && STATES.contains(value),
        "a state must be one of " + STATES + ": " + value);
    return value.charAt(0);
  }

  private static double checkedClear(Predicate predicate, Number threshold, Number clear)
      throws BadValueException {
    require(threshold.ofLimit() == clear.ofLimit(), "clear must have the unit of the threshold");
    boolean isInside =
        predicate.isUpward()
            ? clear.value() <= threshold.value()
            : clear.value() >= threshold.value();
    require(isInside, "clear exceeds the threshold");
    return clear.value();
  }

  private static Number number(Metric metric, String signed) throws BadValueException {
    boolean negative = signed.startsWith("-");
    require(!negative || metric.isSigned(), metric + " is never below 0");
    String text = negative ? signed.substring(1) : signed;
    int end = endOfDigits(text);
    double digits = digits(text.substring(0, end), text) * (negative ? -1 : 1);
    String suffix = text.substring(end);
    if (suffix.equals("%") && metric.unit() != Unit.PERCENT) {
      require(metric.hasLimit(), metric + " has no limit, so % has no meaning");
      return new Number(digits, true);
    }
    require(
        suffix.isEmpty() || metric.unit().suffixes().contains(suffix),
        "not a unit of " + metric + ": " + suffix);
    return new Number(digits * Unit.factor(suffix), false);
  }

  /** Returns nanoseconds. */
  private static long duration(String text) throws BadValueException {
    int end = endOfDigits(text);
    String suffix = text.substring(end);
    require(
        suffix.isEmpty() || Unit.SECONDS.suffixes().contains(suffix), "not a duration: " + text);
    double ns = digits(text.substring(0, end), text) * Unit.factor(suffix) * NS_PER_S;
    require(ns <= MAX_DURATION_NS, "longer than 30 days: " + text);
    return Math.round(ns);
  }

  private static int endOfDigits(String text) {
    int end = 0;
    while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    return end;
  }

  private static double digits(String number, String text) throws BadValueException {
    int point = number.indexOf('.');
    boolean wellFormed =
        !number.isEmpty()
            && number.length() <= MAX_NUMBER_LENGTH
            && point == number.lastIndexOf('.')
            && point != 0
            && point != number.length() - 1;
    require(wellFormed, "not a number: " + text);
    return Double.parseDouble(number);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static void require(boolean holds, String otherwise) throws BadValueException {
    if (!holds) {
      throw new BadValueException(otherwise);
    }
  }
}
