package kifs.notifier.condition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.Unit;

/**
 * Reads conditions from the words of a pathname: {@code <metric>/<predicate>/<value>[,option…]}.
 * Pure; every input ends in a condition or in one of the two typed exceptions.
 */
public final class ConditionParser {
  private static final String STATES = "RSDTtZXIPKW";
  private static final int MOST_DIGITS = 18;
  private static final long LONGEST_NS = 30L * 24 * 3600 * 1_000_000_000L;
  private static final double NS_PER_S = 1e9;

  /**
   * A condition, and how its waiter wants to be told.
   *
   * @param follow the open doesn't block; reads do, for event after event
   */
  public record Request(Condition condition, boolean follow) {}

  private record Number(double value, boolean ofLimit) {}

  private ConditionParser() {}

  public static Metric metric(EntityKind kind, boolean sum, String name)
      throws UnknownNameException {
    return Metrics.of(kind, sum).stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new UnknownNameException("no metric " + name + " of a " + kind));
  }

  public static Predicate predicate(Metric metric, String name) throws UnknownNameException {
    return Predicate.of(metric.nature()).stream()
        .filter(p -> p.toString().equals(name))
        .findFirst()
        .orElseThrow(() -> new UnknownNameException("no predicate " + name + " of " + metric));
  }

  /**
   * @param text value and options, as in the last component of a pathname
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
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      String given = equals < 0 ? null : word.substring(equals + 1);
      require(seen.add(key), "given twice: " + key);
      require((given == null) == key.equals("follow"), "not an option: " + word);
      switch (key) {
        case "follow" -> follow = true;
        case "over" -> {
          require(metric.nature() == Metric.Nature.RATE, metric + " is no rate: it has no window");
          overNs = duration(given);
          require(overNs > 0, "a window of nothing");
        }
        case "for" -> {
          boolean holds = predicate.isLevel() || metric.nature() == Metric.Nature.STATE;
          require(holds && predicate != Predicate.CHANGES, predicate + " can't hold");
          forNs = duration(given);
        }
        case "clear" -> {
          require(predicate.isLevel(), predicate + " has no excursion to end");
          clear = number(metric, given);
        }
        default -> throw new BadValueException("unknown option: " + word);
      }
    }
    double ends = clear == null ? threshold.value() : checkedClear(predicate, threshold, clear);
    Condition condition =
        new Condition(
            metric, predicate, threshold.value(), threshold.ofLimit(), ends, overNs, forNs);
    return new Request(condition, follow);
  }

  private static Number threshold(Metric metric, Predicate predicate, String value)
      throws BadValueException {
    if (metric.nature() == Metric.Nature.STATE) {
      return new Number(state(predicate, value), false);
    }
    if (predicate == Predicate.OCCURS) {
      require(value.equals("any"), "things that happen have no value but any: " + value);
      return new Number(0, false);
    }
    if (predicate == Predicate.CHANGES) {
      if (value.equals("any")) {
        return new Number(0, false);
      }
      Number step = number(metric, value);
      require(step.value() > 0, "a change of nothing: " + value);
      return step;
    }
    return number(metric, value);
  }

  /** 0 for any, which only changes can be. */
  private static int state(Predicate predicate, String value) throws BadValueException {
    if (predicate == Predicate.CHANGES) {
      require(value.equals("any"), "a state changes by nothing but any: " + value);
      return 0;
    }
    require(value.length() == 1 && STATES.contains(value), "not a state of " + STATES);
    return value.charAt(0);
  }

  private static double checkedClear(Predicate predicate, Number threshold, Number clear)
      throws BadValueException {
    require(threshold.ofLimit() == clear.ofLimit(), "clear must have the unit of the value");
    boolean within =
        predicate.isUpward()
            ? clear.value() <= threshold.value()
            : clear.value() >= threshold.value();
    require(within, "clear lies beyond the value");
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
      require(metric.hasLimit(), metric + " has no limit to be a percentage of");
      return new Number(digits, true);
    }
    require(
        suffix.isEmpty() || metric.unit().suffixes().contains(suffix),
        "not a unit of " + metric + ": " + suffix);
    return new Number(digits * Unit.factor(suffix), false);
  }

  /** Nanoseconds. */
  private static long duration(String text) throws BadValueException {
    int end = endOfDigits(text);
    String suffix = text.substring(end);
    require(
        suffix.isEmpty() || Unit.SECONDS.suffixes().contains(suffix), "not a duration: " + text);
    double ns = digits(text.substring(0, end), text) * Unit.factor(suffix) * NS_PER_S;
    require(ns <= LONGEST_NS, "longer than 30 days: " + text);
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
            && number.length() <= MOST_DIGITS
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
