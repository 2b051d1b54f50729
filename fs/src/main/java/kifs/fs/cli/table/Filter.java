package kifs.fs.cli.table;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * Which rows are printed: {@code rss>500M and comm=java or uid=0}. {@code and} binds more tightly
 * than {@code or}. Immutable and thread-safe.
 */
public final class Filter {
  /** Lets every row pass. */
  public static final Filter ALL = new Filter(List.of(List.of()));

  private static final Pattern TERM =
      Pattern.compile(
          "\\s*([A-Za-z_][A-Za-z0-9_]*)\\s*(!=|<=|>=|=|<|>|~)\\s*"
              + "(?:\"([^\"]*)\"|'([^']*)'|([^\\s\"'<>=!~]+))\\s*");
  private static final Pattern JOIN = Pattern.compile("(and|or)\\b");

  /** A row passes if all terms of one of the lists are true. */
  private final List<List<Term>> alternatives;

  private Filter(List<List<Term>> alternatives) {
    this.alternatives = alternatives;
  }

  /** One comparison. */
  private record Term(String name, String operator, String value) {}

  /** A filter of the rows of one type, or a part of it. */
  public interface Rows {
    boolean passes(BulkReader bulk, Record record);
  }

  /**
   * Parses a filter.
   *
   * @throws BadTableException if the text is no filter
   */
  public static Filter parse(String text) throws BadTableException {
    List<List<Term>> alternatives = new ArrayList<>();
    List<Term> terms = new ArrayList<>();
    Matcher term = TERM.matcher(text);
    Matcher join = JOIN.matcher(text);
    int at = 0;
    while (true) {
      if (!term.region(at, text.length()).lookingAt()) {
        throw new BadTableException(
            "no comparison such as rss>500M at '" + text.substring(at) + "' of: " + text);
      }
      String value = term.group(3) != null ? term.group(3) : term.group(4);
      terms.add(new Term(term.group(1), term.group(2), value != null ? value : term.group(5)));
      at = term.end();
      if (at == text.length()) {
        alternatives.add(terms);
        return new Filter(alternatives);
      }
      if (!join.region(at, text.length()).lookingAt()) {
        throw new BadTableException("'and' or 'or' is missing before '" + text.substring(at) + "'");
      }
      if (join.group(1).equals("or")) {
        alternatives.add(terms);
        terms = new ArrayList<>();
      }
      at = join.end();
    }
  }

  /** The names of all columns that the filter compares. */
  public List<String> names() {
    return alternatives.stream().flatMap(List::stream).map(Term::name).distinct().toList();
  }

  /**
   * The filter for the rows of a type.
   *
   * @throws BadTableException if the type lacks a column, or a value doesn't fit its column
   */
  public Rows rows(RecordType type, List<Column> columns) throws BadTableException {
    List<List<Rows>> bound = new ArrayList<>();
    for (List<Term> terms : alternatives) {
      List<Rows> all = new ArrayList<>();
      for (Term term : terms) {
        Column column = Column.named(term.name, type, columns);
        Rows comparison = comparison(term, column);
        all.add((bulk, record) -> column.isPresent(record) && comparison.passes(bulk, record));
      }
      bound.add(all);
    }
    return (bulk, record) ->
        bound.stream().anyMatch(all -> all.stream().allMatch(one -> one.passes(bulk, record)));
  }

  private static Rows comparison(Term term, Column column) throws BadTableException {
    if (!column.isNumber() || term.operator.equals("~")) {
      return textual(term, column);
    }
    if (column.hasLabels() && !Character.isDigit(term.value.charAt(0))) {
      return (bulk, record) -> decided(term.operator, column.label(record).compareTo(term.value));
    }
    double number;
    try {
      number = Units.parse(term.value, column.unit());
    } catch (NumberFormatException e) {
      String example = column.unit().equals("ns") ? "100ms" : "500M";
      throw new BadTableException(
          term.name + term.operator + term.value + ": no number such as 7 or " + example);
    }
    if (!column.isDecimal() && number == (long) number && Math.abs(number) < 1L << 53) {
      return whole(term.operator, column, (long) number);
    }
    return (bulk, record) -> decided(term.operator, Double.compare(column.decimal(record), number));
  }

  /** Compares integers without rounding. */
  private static Rows whole(String operator, Column column, long number) {
    if (!column.isUnsigned()) {
      return (bulk, record) -> decided(operator, Long.compare(column.integer(record), number));
    }
    // What is unsigned is above every negative number.
    return (bulk, record) ->
        decided(operator, number < 0 ? 1 : Long.compareUnsigned(column.integer(record), number));
  }

  private static Rows textual(Term term, Column column) throws BadTableException {
    byte[] bytes = term.value.getBytes(StandardCharsets.UTF_8);
    String value = new String(bytes, StandardCharsets.ISO_8859_1);
    return switch (term.operator) {
      case "=" -> (bulk, record) -> shown(column, bulk, record).equals(value);
      case "!=" -> (bulk, record) -> !shown(column, bulk, record).equals(value);
      case "~" -> (bulk, record) -> shown(column, bulk, record).contains(value);
      default ->
          throw new BadTableException(term.name + " is a text, which only = != and ~ compare");
    };
  }

  private static String shown(Column column, BulkReader bulk, Record record) {
    if (!column.isNumber()) {
      return column.text(bulk, record);
    }
    return column.hasLabels() ? column.label(record) : Cells.raw(column, bulk, record);
  }

  private static boolean decided(String operator, int compared) {
    return switch (operator) {
      case "=" -> compared == 0;
      case "!=" -> compared != 0;
      case "<" -> compared < 0;
      case "<=" -> compared <= 0;
      case ">" -> compared > 0;
      default -> compared >= 0;
    };
  }
}
