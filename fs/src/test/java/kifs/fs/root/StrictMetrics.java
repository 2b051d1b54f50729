package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A parser of metrics that accepts only what both the format and the conventions allow: a
 * description before each metric, all series of a metric together, no series twice, base units at
 * the end of names, and the end of the text at its end.
 */
public final class StrictMetrics {
  private static final Pattern DESCRIPTION =
      Pattern.compile("# (HELP|TYPE|UNIT) ([a-z][a-z0-9_]*) (.+)");

  private static final Pattern SERIES =
      Pattern.compile(
          "([a-z][a-z0-9_]*)(\\{[a-z]+=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\"\\})?"
              + " (-?[0-9]+(?:\\.[0-9]+)?(?:E-?[0-9]+)?|\\+Inf)");

  private static final Set<String> NOT_BASE =
      Set.of("ns", "us", "ms", "s", "percent", "kb", "mb", "count", "sum", "counter");

  /** Values by the name with its label. */
  public final Map<String, Double> values = new LinkedHashMap<>();

  /** Help texts by the names of the descriptions. */
  public final Map<String, String> help = new LinkedHashMap<>();

  private final Map<String, String> types = new LinkedHashMap<>();
  private final boolean isOpenMetrics;
  private String current = "";

  private StrictMetrics(boolean isOpenMetrics) {
    this.isOpenMetrics = isOpenMetrics;
  }

  public static StrictMetrics parse(String text, boolean isOpenMetrics) {
    StrictMetrics metrics = new StrictMetrics(isOpenMetrics);
    assertTrue(text.endsWith("\n# EOF\n"), text);
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.remove(lines.size() - 1);
    lines.forEach(metrics::line);
    assertEquals(metrics.help.keySet(), metrics.types.keySet());
    assertEquals(metrics.help.keySet(), metrics.described(), "metrics without series");
    return metrics;
  }

  private Set<String> described() {
    Set<String> names = new TreeSet<>();
    values.keySet().forEach(series -> names.add(family(series.replaceFirst("\\{.*", ""))));
    return new LinkedHashSet<>(help.keySet().stream().filter(names::contains).toList());
  }

  private String family(String name) {
    return isOpenMetrics ? name.replaceFirst("_total$", "") : name;
  }

  private void line(String line) {
    Matcher description = DESCRIPTION.matcher(line);
    if (description.matches()) {
      describe(description.group(1), description.group(2), description.group(3));
      return;
    }
    Matcher series = SERIES.matcher(line);
    assertTrue(series.matches(), line);
    String name = series.group(1);
    assertEquals(current, family(name), "a series away from its description");
    boolean isCounter = "counter".equals(types.get(current));
    assertEquals(isCounter, name.endsWith("_total"), line);
    String key = name + (series.group(2) == null ? "" : series.group(2));
    double value = Double.parseDouble(series.group(3).replace("+Inf", "Infinity"));
    assertEquals(null, values.put(key, value), "twice: " + key);
  }

  private void describe(String kind, String name, String text) {
    switch (kind) {
      case "HELP" -> {
        assertFalse(help.containsKey(name), name);
        help.put(name, text);
        current = name;
        String words = name.replaceFirst("_total$", "");
        for (String word : words.split("_")) {
          assertFalse(NOT_BASE.contains(word), name);
        }
      }
      case "TYPE" -> {
        assertEquals(current, name);
        assertTrue(text.equals("gauge") || text.equals("counter"), text);
        types.put(name, text);
      }
      default -> {
        assertTrue(isOpenMetrics, "a unit");
        assertTrue(name.endsWith("_" + text), name);
      }
    }
  }

  /** The value of a series; fails if there is none. */
  public double get(String series) {
    assertTrue(values.containsKey(series), () -> series + " is not in " + values.keySet());
    return values.get(series);
  }

  public boolean has(String series) {
    return values.containsKey(series);
  }

  /** The series of a metric. */
  public List<String> seriesOf(String name) {
    return values.keySet().stream().filter(each -> each.startsWith(name + "{")).toList();
  }
}
