package kifs.notifier.condition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  /** The options; those with an equals sign take a value. */
  private static final List<String> OPTIONS =
      List.of("over=", "for=", "clear=", "follow", "comm=", "uid=", "cgroup=");

  /** What is called otherwise here than elsewhere, or on other entities. */
  private static final Map<String, String> SYNONYMS = Map.of("memory", "rss", "mem", "rss");

  private static final String OPTIONS_DOC = "options are " + String.join(" ", OPTIONS);

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
   * @throws UnknownNameException its message says which name is near, or which entities have it
   */
  public static Metric metric(EntityKind kind, boolean sum, String name)
      throws UnknownNameException {
    List<Metric> here = Metrics.of(kind, sum);
    return here.stream()
        .filter(m -> m.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new UnknownNameException("no metric " + name + " here" + advice(here, name)));
  }

  private static String advice(List<Metric> here, String name) {
    String meant = SYNONYMS.get(name.toLowerCase(Locale.ROOT));
    if (meant != null && here.stream().anyMatch(metric -> metric.name().equals(meant))) {
      return "; did you mean " + meant + "?";
    }
    String elsewhere =
        Metrics.ALL.stream()
            .filter(metric -> metric.name().equals(name))
            .flatMap(metric -> metric.kinds().stream())
            .sorted()
            .map(EntityKind::toString)
            .collect(Collectors.joining(", "));
    List<String> names = here.stream().map(Metric::name).toList();
    // The beginning of names that are here was rather meant than the same name elsewhere.
    boolean isBeginning = names.stream().anyMatch(known -> known.startsWith(name + "."));
    return elsewhere.isEmpty() || isBeginning
        ? NearNames.advice(name, names)
        : "; it is one of: " + elsewhere;
  }

  /** Finds a predicate that fits the metric's nature. */
  public static Predicate predicate(Metric metric, String name) throws UnknownNameException {
    List<Predicate> possible = Predicate.of(metric.nature());
    return possible.stream()
        .filter(p -> p.toString().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UnknownNameException(
                    "no predicate " + name + " of " + metric + "; it has " + joined(possible)));
  }

  private static String joined(List<?> words) {
    return words.stream().map(Object::toString).collect(Collectors.joining(" "));
  }

  /**
   * Parses the value and the options.
   *
   * @param text the last component of the pathname
   * @throws BadValueException its message names the part that is wrong, and what would be right
   */
  public static Request request(Metric metric, Predicate predicate, String text)
      throws BadValueException {
    List<String> words = new ArrayList<>(List.of(text.split(",", -1)));
    Number threshold = threshold(metric, predicate, words.remove(0));
    Number clear = null;
    long overNs = metric.nature() == Metric.Nature.RATE ? Condition.DEFAULT_OVER_NS : 0;
    long forNs = 0;
    boolean follow = false;
    Selection selection = Selection.ALL;
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      String key = key(word);
      String argument = word.substring(Math.min(word.length(), key.length() + 1));
      require(seen.add(key), word, "given twice");
      switch (key) {
        case "follow" -> follow = true;
        case "over" -> overNs = window(metric, word, argument);
        case "for" -> forNs = hold(metric, predicate, word, argument);
        case "clear" -> clear = clear(metric, predicate, threshold, word, argument);
        default -> selection = select(selection, word, key, argument);
      }
    }
    Condition condition =
        new Condition(
            metric,
            predicate,
            threshold.value(),
            threshold.ofLimit(),
            clear == null ? threshold.value() : clear.value(),
            overNs,
            forNs);
    return new Request(condition, selection, follow);
  }

  private static Selection select(Selection from, String word, String key, String argument)
      throws BadValueException {
    try {
      return QueryParser.select(from, key, argument);
    } catch (BadQueryException e) {
      throw new BadValueException(word + ": " + e.getMessage());
    }
  }

  /** Returns the name of an option, which is one of {@link #OPTIONS}. */
  private static String key(String word) throws BadValueException {
    int equals = word.indexOf('=');
    String key = equals < 0 ? word : word.substring(0, equals);
    boolean takesValue = OPTIONS.contains(key + "=");
    require(
        takesValue || OPTIONS.contains(key),
        word,
        word.isEmpty()
            ? "an option is missing after a comma; " + OPTIONS_DOC
            : "no option " + key + "; " + OPTIONS_DOC);
    require(!takesValue || equals >= 0, word, "has no value; " + OPTIONS_DOC);
    require(takesValue || equals < 0, word, key + " has no value");
    return key;
  }

  private static long window(Metric metric, String word, String argument) throws BadValueException {
    require(
        metric.nature() == Metric.Nature.RATE,
        word,
        metric + " is not a rate, so it has no window");
    long ns = duration(word, argument);
    require(ns > 0, word, "the window must be longer than 0");
    return ns;
  }

  private static long hold(Metric metric, Predicate predicate, String word, String argument)
      throws BadValueException {
    boolean canHold = predicate.isLevel() || metric.nature() == Metric.Nature.STATE;
    require(
        canHold && predicate != Predicate.CHANGES,
        word,
        predicate + " does not last, so it can't have for=");
    return duration(word, argument);
  }

  private static Number clear(
      Metric metric, Predicate predicate, Number threshold, String word, String argument)
      throws BadValueException {
    require(predicate.isLevel(), word, predicate + " has no excursion, so it can't have clear=");
    Number clear = number(metric, word, argument);
    require(
        threshold.ofLimit() == clear.ofLimit(),
        word,
        "must have the unit of the threshold, which is "
            + (threshold.ofLimit() ? "% of the limit" : metric.unit().symbol()));
    boolean isInside =
        predicate.isUpward()
            ? clear.value() <= threshold.value()
            : clear.value() >= threshold.value();
    require(
        isInside,
        word,
        "must not be "
            + (predicate.isUpward() ? "above" : "below")
            + " the threshold, or the excursion would have ended before it begins");
    return clear;
  }

  private static Number threshold(Metric metric, Predicate predicate, String value)
      throws BadValueException {
    if (metric.nature() == Metric.Nature.STATE) {
      return new Number(state(predicate, value), false);
    }
    if (predicate == Predicate.OCCURS) {
      require(value.equals("any"), value, "the value of an event must be any");
      return new Number(0, false);
    }
    if (predicate == Predicate.CHANGES) {
      if (value.equals("any")) {
        return new Number(0, false);
      }
      Number step = number(metric, value, value);
      require(step.value() > 0, value, "a change must be greater than 0, or any");
      return step;
    }
    return number(metric, value, value);
  }

  /** Parses a state's letter, or {@code any}, which only {@code changes} accepts; 0: any. */
  private static int state(Predicate predicate, String value) throws BadValueException {
    if (predicate == Predicate.CHANGES) {
      require(value.equals("any"), value, "the value of a state's change must be any");
      return 0;
    }
    boolean isState = value.length() == 1 && STATES.contains(value);
    require(isState, value, "no state; one letter of " + STATES);
    return value.charAt(0);
  }

  /**
   * Parses a number in the metric's unit.
   *
   * @param part the part of the name that an error names
   */
  private static Number number(Metric metric, String part, String signed) throws BadValueException {
    boolean negative = signed.startsWith("-");
    require(!negative || metric.isSigned(), part, metric + " is never below 0");
    String text = negative ? signed.substring(1) : signed;
    int end = endOfDigits(text);
    double digits = digits(text.substring(0, end), part) * (negative ? -1 : 1);
    String suffix = text.substring(end);
    if (suffix.equals("%") && metric.unit() != Unit.PERCENT) {
      require(
          metric.hasLimit(),
          part,
          metric + " has no limit, so % has no meaning; " + metric.unit().suffixDoc());
      return new Number(digits, true);
    }
    requireUnit(metric.unit(), suffix, part, metric.hasLimit() ? ", % is of the limit" : "");
    return new Number(digits * Unit.factor(suffix), false);
  }

  /** Returns nanoseconds. */
  private static long duration(String part, String text) throws BadValueException {
    int end = endOfDigits(text);
    String suffix = text.substring(end);
    double seconds = digits(text.substring(0, end), part) * Unit.factor(suffix);
    requireUnit(Unit.SECONDS, suffix, part, "");
    double ns = seconds * NS_PER_S;
    require(ns <= MAX_DURATION_NS, part, "longer than 30 days");
    return Math.round(ns);
  }

  private static void requireUnit(Unit unit, String suffix, String part, String more)
      throws BadValueException {
    require(
        suffix.isEmpty() || unit.suffixes().contains(suffix),
        part,
        "no unit " + suffix + "; " + unit.suffixDoc() + more);
  }

  private static int endOfDigits(String text) {
    int end = 0;
    while (end < text.length() && (isDigit(text.charAt(end)) || text.charAt(end) == '.')) {
      end++;
    }
    return end;
  }

  private static double digits(String number, String part) throws BadValueException {
    require(
        number.length() <= MAX_NUMBER_LENGTH,
        part,
        "a number has at most " + MAX_NUMBER_LENGTH + " characters");
    int point = number.indexOf('.');
    boolean wellFormed =
        !number.isEmpty()
            && point == number.lastIndexOf('.')
            && point != 0
            && point != number.length() - 1;
    require(wellFormed, part, "no number; digits, with a point between two of them if need be");
    return Double.parseDouble(number);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /**
   * @param part the part of the name that is wrong otherwise
   */
  private static void require(boolean holds, String part, String otherwise)
      throws BadValueException {
    if (!holds) {
      throw new BadValueException(part.isEmpty() ? otherwise : part + ": " + otherwise);
    }
  }
}
