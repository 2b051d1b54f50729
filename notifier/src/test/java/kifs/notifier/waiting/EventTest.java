package kifs.notifier.waiting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import kifs.notifier.Rig;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.Scopes;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An event is one line, whatever name a process has (docs/notify.md 2.1). */
class EventTest {
  private static final long TIME = 1_795_416_012_123_456_789L;
  private static final Condition RSS = Rig.condition(Scopes.eachProcess(), "rss/above/500M,for=1m");

  private static final Event.Entity SYSTEM = new Event.Entity("system", 0, 0, 0, "");

  private static Event event(String comm, double value, Condition condition, int status) {
    return new Event(
        TIME,
        new Event.Entity("processes/1234", 1234, 0, 1000, comm),
        condition,
        new Event.Occurrence(value, 0, null, status, 0, null, null));
  }

  @Test
  void theLineOfTheSpecification() {
    assertEquals(
        "time=2026-11-23T06:40:12.123456789Z seq=17 entity=processes/1234 pid=1234 tid=0 uid=1000"
            + " comm=java metric=rss predicate=above value=524292096 threshold=524288000"
            + " unit=bytes held=0s lost=0\n",
        event("java", 524292096, RSS, -1).line(17, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "0, status=0 exit=0",
    "256, status=256 exit=1",
    "1792, status=1792 exit=7",
    "65280, status=65280 exit=255",
    "9, status=9 signal=9",
    "139, status=139 signal=11"
  })
  void anExitSaysHowTheProcessEnded(int status, String fields) {
    Condition exit = Rig.condition(Scopes.eachProcess(), "exit/occurs/any");
    String line = event("sh", 1, exit, status).line(1, 3, 0);
    assertTrue(
        line.endsWith(
            " metric=exit predicate=occurs value=1 threshold=any unit=count held=0s lost=3 "
                + fields
                + "\n"),
        line);
  }

  @Test
  void anExitWithoutAStatusSaysNothingOfIt() {
    Condition exit = Rig.condition(Scopes.eachProcess(), "exit/occurs/any");
    String line = event("sh", 1, exit, -1).line(1, 0, 2);
    assertTrue(line.endsWith(" lost=0 gap=2\n"), line);
  }

  @ParameterizedTest
  @CsvSource({"28, 31, amount=28 limit=31", "28, Infinity, amount=28 limit=unlimited"})
  void aPercentageSaysWhatItIsOf(double amount, double limit, String fields) {
    Condition share = Rig.condition(Scopes.eachProcess(), "fds/above/90%");
    Event event =
        new Event(
            TIME,
            SYSTEM,
            share,
            Event.Occurrence.measured(90.3225, 0, new Event.Share(amount, limit)));
    String line = event.line(1, 0, 0);
    assertTrue(
        line.endsWith(
            " value=90.323 threshold=90 unit=% held=0s lost=0 " + fields + " amountunit=count\n"),
        line);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          a b        | a\\x20b
          say"hi"    | say"hi"
          back\\slash | back\\\\slash
          k=v        | k\\x3dv
          x pid=1    | x\\x20pid\\x3d1
          (sd-pam)   | (sd-pam)
          kworker/0:1| kworker/0:1
          \u00e9     | \\xe9
          \u007f     | \\x7f
          \u00ff     | \\xff
          """)
  void hostileNamesAreEscaped(String comm, String escaped) {
    assertEquals(escaped, Rig.parsed(event(comm, 1, RSS, -1).line(1, 0, 0)).get("comm"));
  }

  @Test
  void controlCharactersInANameAreEscaped() {
    assertEquals("a\\nb\\t", Rig.parsed(event("a\nb\t", 1, RSS, -1).line(1, 0, 0)).get("comm"));
    assertEquals("", Rig.parsed(event("", 1, RSS, -1).line(1, 0, 0)).get("comm"));
    assertEquals("\\x00\\x1b", Rig.parsed(event("\0\u001b", 1, RSS, -1).line(1, 0, 0)).get("comm"));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,0",
    "0.0004,0",
    "-0.0004,0",
    "0.0005,0.001",
    "90.5,90.5",
    "90.1234,90.123",
    "99.9996,100",
    "100,100",
    "-3,-3",
    "1e15,1000000000000000",
    "1e30,1000000000000000000000000000000"
  })
  void numbersAreDecimalAndShort(double value, String text) {
    assertEquals(text, Rig.parsed(event("x", value, RSS, -1).line(1, 0, 0)).get("value"));
  }

  @Test
  void theTimeHeldHasAFraction() {
    Event held = new Event(TIME, SYSTEM, RSS, Event.Occurrence.measured(1, 61_500_000_000L));
    assertEquals("61.5s", Rig.parsed(held.line(1, 0, 0)).get("held"));
  }

  @Test
  void aTimeBeforeTheEpochIsFormatted() {
    Event early = new Event(-1, SYSTEM, RSS, Event.Occurrence.measured(1, 0));
    assertEquals("1969-12-31T23:59:59.999999999Z", Rig.parsed(early.line(1, 0, 0)).get("time"));
  }

  @Property(tries = 500)
  void anyNameCanBeReadBackFromTheLine(@ForAll @From("comms") String comm) {
    String line = event(comm, 1, RSS, -1).line(1, 0, 0);
    assertEquals(line.length() - 1, line.indexOf('\n'));
    assertTrue(line.chars().allMatch(c -> c == '\n' || c >= ' ' && c < 0x7F), line);
    // A reader that splits at blanks and at the first equals sign is always right.
    Map<String, String> naive =
        Arrays.stream(line.strip().split(" "))
            .map(word -> word.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    assertEquals(comm, unescaped(naive.get("comm")));
    assertEquals("1234", naive.get("pid"));
    assertEquals("rss", naive.get("metric"));
    assertEquals(14, naive.size(), line);
  }

  @Provide
  Arbitrary<String> comms() {
    Arbitrary<Character> odd = Arbitraries.of('"', '\\', ' ', '=', '\n', 'x', '\u0000', '\u00e9');
    return Arbitraries.oneOf(
        Arbitraries.chars()
            .range('\u0000', '\u00ff')
            .array(char[].class)
            .ofMaxSize(15)
            .map(String::new),
        odd.array(char[].class).ofMaxSize(15).map(String::new),
        odd.list()
            .ofMaxSize(8)
            .map(
                l ->
                    new String(
                        l.toString().getBytes(StandardCharsets.US_ASCII),
                        StandardCharsets.ISO_8859_1)));
  }

  private static String unescaped(String text) {
    StringBuilder raw = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        raw.append(c);
        continue;
      }
      char kind = text.charAt(++i);
      switch (kind) {
        case 'x' -> {
          raw.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        case 'n' -> raw.append('\n');
        case 't' -> raw.append('\t');
        default -> raw.append(kind);
      }
    }
    return raw.toString();
  }
}
