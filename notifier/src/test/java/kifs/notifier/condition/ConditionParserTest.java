package kifs.notifier.condition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import kifs.kernel.query.Selection;
import kifs.notifier.Rig;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every text in a pathname is a condition or one of two errors (docs/notify.md 1). */
class ConditionParserTest {
  private static final List<String> OPTIONS =
      List.of("follow", "over=10s", "for=1m", "clear=1", "over=1ms", "for=0");

  private static Condition parse(String path) throws UnknownNameException, BadValueException {
    return request(path).condition();
  }

  private static ConditionParser.Request request(String path)
      throws UnknownNameException, BadValueException {
    String[] words = path.split("/", 4);
    EntityKind kind =
        words[0].equals("system")
            ? EntityKind.SYSTEM
            : words[0].equals("thread") ? EntityKind.THREAD : EntityKind.PROCESS;
    Metric metric = ConditionParser.metric(kind, words[0].equals("sum"), words[1]);
    return ConditionParser.request(
        metric, ConditionParser.predicate(metric, words[2]), words.length < 4 ? "" : words[3]);
  }

  @Test
  void selectionSaysWhomTheConditionIsAbout() throws Exception {
    ConditionParser.Request request = request("each/rss/above/1G,comm=java,uid=1000,cgroup=web");
    assertEquals(
        Selection.ALL.withComm("java").withUid(1000).withCgroup("/web"), request.selection());
    assertEquals(parse("each/rss/above/1G"), request.condition());
    assertTrue(request("each/rss/above/1G").selection().isAll());
    assertEquals(
        Selection.ALL.withComm("a,b=/%\u00e9").withCgroup("/a/b c"),
        request("each/exit/occurs/any,cgroup=%2fa%2Fb%20c%2F,follow,comm=a%2Cb=%2F%25%E9")
            .selection());
    assertEquals(
        Selection.ALL.withComm("\u00c3\u00a9"), request("each/cpu/above/1,comm=é").selection());
    assertEquals(Selection.ALL.withCgroup("/"), request("sum/cpu/above/1,cgroup=%2F").selection());
    assertEquals(Selection.ALL.withUid(-1), request("sum/cpu/above/1,uid=4294967295").selection());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "comm=",
        "comm",
        "comm=1234567890123456",
        "comm=%",
        "comm=%2",
        "comm=%zz",
        "comm=a%00",
        "uid=",
        "uid=root",
        "uid=-1",
        "uid=4294967296",
        "uid=1.5",
        "uid=%31",
        "cgroup=",
        "cgroup",
        "cgroup=a%00",
        "comm=a,comm=b",
        "user=root"
      })
  void badSelections(String option) {
    assertThrows(BadValueException.class, () -> request("each/rss/above/1G," + option));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process/rss/above/500M",
        "each/cpu/above/90,over=10s,for=1m",
        "sum/threads/above/20K",
        "each/fds/above/90%",
        "system/memory.available/below/5%",
        "each/blocked/above/60s",
        "process/exit/occurs/any",
        "process/rss/changes/any,follow",
        "process/rss/changes/10%",
        "process/rss/above/500M,clear=450M",
        "process/rss/below/450M,clear=500M",
        "thread/cpu/rises/0.5%",
        "process/cpu/above/100%",
        "process/rss/above/0",
        "process/rss/above/1.5G,follow,for=1.5h,clear=1.5G",
      })
  void theExamplesOfTheSpecificationParse(String path) throws Exception {
    parse(path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process//above/1",
        "process/RSS/above/1",
        "process/rss /above/1",
        "process/memory.available/above/1",
        "system/rss/above/1",
        "thread/fds/above/1",
        "thread/exec/occurs/any",
        "sum/blocked/above/1s",
        "process/rss/over/1",
        "process/rss/Above/1",
        "process/rss//1",
        "process/rss/occurs/any",
        "process/exit/above/1",
      })
  void aNameThatDoesNotExistIsRefused(String path) {
    assertThrows(UnknownNameException.class, () -> parse(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "any",
        "-1",
        "+1",
        "1,",
        ",follow",
        "1,,follow",
        "1e3",
        "0x10",
        "1.",
        ".5",
        ".",
        "1..2",
        "1.2.3",
        "NaN",
        "Infinity",
        "1 ",
        " 1",
        "1KB",
        "1k",
        "1P",
        "1s",
        "1MM",
        "%",
        "M",
        "1%%",
        "1M%",
        "\u0663",
        "1\u0000",
        "1234567890123456789",
        "1,follow,follow",
        "1,follow=",
        "1,follow=1",
        "1,for",
        "1,for=",
        "1,for=-1",
        "1,for=1,for=1",
        "1,for=1K",
        "1,for=any",
        "1,for=1%",
        "1,for=31000000",
        "1,over=1s",
        "1,clear",
        "1,clear=2",
        "1,clear=1%",
        "10%,clear=5",
        "1,clear=1s",
        "1,clear=0,clear=0",
        "1,Follow",
        "1,=",
        "1,=1",
        "1,wait=1",
      })
  void aValueThatIsNotOfBytesIsRefused(String value) {
    assertThrows(BadValueException.class, () -> parse("process/rss/above/" + value));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "process/cpu/above/1K",
        "process/cpu/above/1s",
        "process/cpu/above/1,over=0",
        "process/cpu/above/1,over=0.0000001ms",
        "process/cpu/above/1,over=721h",
        "process/cpu/above/1,over=1s,over=1s",
        "process/threads/above/90%",
        "sum/fds/above/90%",
        "system/load/above/1%",
        "process/blocked/above/1M",
        "process/blocked/above/1%",
        "process/rss/below/1M,clear=1K",
        "process/rss/falls/1M,clear=1K",
        "process/rss/rises/1K,clear=1M",
        "process/rss/changes/0",
        "process/rss/changes/0.0K",
        "process/rss/changes/1,for=1s",
        "process/rss/changes/any,clear=1",
        "process/exit/occurs/1",
        "process/exit/occurs/",
        "process/exit/occurs/any,for=1s",
        "process/exit/occurs/any,over=1s",
        "process/exit/occurs/any,clear=0",
      })
  void aValueThatDoesNotFitTheMetricIsRefused(String path) {
    assertThrows(BadValueException.class, () -> parse(path));
  }

  @Test
  void theOrderOfOptionsDoesNotMatter() throws Exception {
    Condition condition = parse("each/cpu/above/90,over=10s,for=1m,clear=80");
    assertEquals(condition, parse("each/cpu/above/90%,clear=80%,follow,for=60,over=10000ms"));
    assertEquals(90, condition.threshold());
    assertEquals(80, condition.clear());
    assertEquals(10 * Rig.SECOND, condition.overNs());
    assertEquals(60 * Rig.SECOND, condition.forNs());
    assertFalse(condition.ofLimit());
  }

  @Test
  void anOptionThatIsMissingHasItsDefault() throws Exception {
    Condition condition = parse("each/cpu/above/90");
    assertEquals(Rig.SECOND, condition.overNs());
    assertEquals(0, condition.forNs());
    assertEquals(90, condition.clear());
    assertFalse(request("each/cpu/above/90").follow());
    assertTrue(request("each/cpu/above/90,follow").follow());
    assertEquals(parse("process/rss/above/1K"), parse("process/rss/above/1024,clear=1.0K"));
  }

  @Test
  void aPercentageIsOfTheLimitWhereThereIsOne() throws Exception {
    assertTrue(parse("process/rss/above/5%").ofLimit());
    assertFalse(parse("process/rss/above/5").ofLimit());
    assertEquals("%", parse("process/fds/above/5%").unit());
    assertEquals("count", parse("process/fds/above/5").unit());
  }

  @Test
  void onlyASignedMetricHasThresholdsBelowZero() throws Exception {
    assertEquals(-5, parse("process/priority/rises/-5").threshold());
    assertEquals(-1024, parse("process/rss.rate/below/-1K").threshold());
    assertThrows(BadValueException.class, () -> parse("process/rss/below/-1K"));
  }

  @Property(tries = 300)
  void aSuffixMultipliesTheNumberByItsFactor(
      @ForAll @BigRange(min = "0", max = "99999999") @Scale(4) BigDecimal number,
      @ForAll @From("suffixes") Map.Entry<String, BigDecimal> suffix)
      throws Exception {
    String text = number.toPlainString() + suffix.getKey();
    boolean time = suffix.getKey().endsWith("s") || "mh".contains(suffix.getKey());
    String metric = time && !suffix.getKey().isEmpty() ? "blocked" : "rss";
    double expected = number.multiply(suffix.getValue()).doubleValue();
    Condition condition = parse("process/" + metric + "/above/" + text);
    assertEquals(expected, condition.threshold(), Math.abs(expected) * 1e-12);
    assertEquals(suffix.getKey().equals("%"), condition.ofLimit());
  }

  @Provide
  Arbitrary<Map.Entry<String, BigDecimal>> suffixes() {
    return Arbitraries.of(
        Map.entry("", BigDecimal.ONE),
        Map.entry("K", BigDecimal.valueOf(1L << 10)),
        Map.entry("M", BigDecimal.valueOf(1L << 20)),
        Map.entry("G", BigDecimal.valueOf(1L << 30)),
        Map.entry("T", BigDecimal.valueOf(1L << 40)),
        Map.entry("%", BigDecimal.ONE),
        Map.entry("ms", new BigDecimal("0.001")),
        Map.entry("s", BigDecimal.ONE),
        Map.entry("m", BigDecimal.valueOf(60)),
        Map.entry("h", BigDecimal.valueOf(3600)));
  }

  @Property(tries = 200)
  void everyDurationIsReadToTheNanosecond(
      @ForAll @BigRange(min = "0.001", max = "700000") @Scale(3) BigDecimal number,
      @ForAll @From("units") Map.Entry<String, BigDecimal> unit)
      throws Exception {
    String text = number.toPlainString() + unit.getKey();
    Condition condition = parse("process/cpu/above/1,over=" + text + ",for=" + text);
    long expected =
        number.multiply(unit.getValue()).movePointRight(9).toBigInteger().longValueExact();
    assertEquals(expected, condition.overNs(), 1);
    assertEquals(condition.overNs(), condition.forNs());
  }

  @Provide
  Arbitrary<Map.Entry<String, BigDecimal>> units() {
    return Arbitraries.of(
        Map.entry("", BigDecimal.ONE),
        Map.entry("ms", new BigDecimal("0.001")),
        Map.entry("s", BigDecimal.ONE));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          process/rss/above/100MB | 100MB: no unit MB; K M G T are powers of 1024, % is of the limit
          process/threads/above/20k | 20k: no unit k; K M G T are powers of 1024
          process/threads/above/9% | 9%: threads has no limit, so % has no meaning; K M G T are powers of 1024
          process/cpu/above/90p | 90p: no unit p; only % or nothing
          process/blocked/above/5min | 5min: no unit min; ms s m h
          process/rss/above/1e3 | 1e3: no unit e3; K M G T are powers of 1024, % is of the limit
          process/rss/above/any | any: no number; digits, with a point between two of them if need be
          process/rss/above/1. | 1.: no number; digits, with a point between two of them if need be
          process/rss/above/-1 | -1: rss is never below 0
          process/rss/above/1G,clear=2G | clear=2G: must not be above the threshold, or the excursion would have ended before it begins
          process/rss/above/90%,clear=1G | clear=1G: must have the unit of the threshold, which is % of the limit
          process/rss/above/1G,over=5s | over=5s: rss is not a rate, so it has no window
          process/cpu/above/90,over=5S | over=5S: no unit S; ms s m h
          process/cpu/above/90,over=0 | over=0: the window must be longer than 0
          process/cpu/above/90,for=31h,for=1s | for=1s: given twice
          process/cpu/above/90,for=800h | for=800h: longer than 30 days
          process/cpu/above/90,wait=1 | wait=1: no option wait; options are over= for= clear= follow comm= uid= cgroup=
          process/cpu/above/90, | an option is missing after a comma; options are over= for= clear= follow comm= uid= cgroup=
          process/cpu/above/90,for | for: has no value; options are over= for= clear= follow comm= uid= cgroup=
          process/cpu/above/90,follow=1 | follow=1: follow has no value
          process/cpu/changes/90,for=1s | for=1s: changes does not last, so it can't have for=
          process/cpu/changes/0 | 0: a change must be greater than 0, or any
          process/exit/occurs/7 | 7: the value of an event must be any
          process/state/occurs/d | d: no state; one letter of RSDTtZXIPKW
          """)
  void anErrorNamesThePartAndWhatWouldBeRight(String path, String message) {
    BadValueException e = assertThrows(BadValueException.class, () -> parse(path));
    assertEquals(message, e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          process/rs/above/1 | no metric rs here; did you mean rss?
          process/RSS/above/1 | no metric RSS here; did you mean rss?
          process/memory/above/1 | no metric memory here; did you mean rss?
          process/tread/above/1 | no metric tread here; did you mean threads?
          system/memory/below/1 | no metric memory here; did you mean memory.available or memory.free or memory.huge?
          process/load/above/1 | no metric load here; it is one of: system
          sum/uptime/above/1 | no metric uptime here; it is one of: system, process, thread
          process/nonsense/above/1 | no metric nonsense here; the README here lists them
          process/rss/abov/1 | no predicate abov of rss; it has above below rises falls changes
          process/exit/above/1 | no predicate above of exit; it has occurs
          """)
  void anUnknownNameHasAdvice(String path, String message) {
    UnknownNameException e = assertThrows(UnknownNameException.class, () -> parse(path));
    assertEquals(message, e.getMessage());
  }

  @Property(tries = 2000)
  void anyTextIsAConditionOrAnError(@ForAll @From("paths") String path) {
    try {
      Condition condition = parse(path);
      assertTrue(condition.threshold() >= 0 || condition.metric().isSigned(), path);
      assertTrue(Double.isFinite(condition.threshold()), path);
      assertTrue(condition.overNs() >= 0 && condition.forNs() >= 0, path);
    } catch (UnknownNameException | BadValueException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  @Provide
  Arbitrary<String> paths() {
    Arbitrary<String> entities = Arbitraries.of("process", "each", "sum", "system", "thread");
    Arbitrary<String> metrics =
        Arbitraries.of(Metrics.ALL.stream().map(Metric::name).toList()).edgeCases(e -> e.none());
    Arbitrary<String> predicates =
        Arbitraries.of(List.of(Predicate.values())).map(Predicate::toString);
    Arbitrary<String> value =
        Arbitraries.oneOf(
            Arbitraries.strings()
                .withChars("0123456789.KMGTmsh%,=anyoverforclear-+e ")
                .ofMaxLength(24),
            Arbitraries.strings().ofMaxLength(12),
            Arbitraries.of(OPTIONS).list().ofMaxSize(4).map(o -> "1" + join(o)));
    return Combinators.combine(entities, metrics, predicates, value)
        .as((e, m, p, v) -> String.join("/", e, m, p, v));
  }

  private static String join(List<String> options) {
    return options.isEmpty() ? "" : "," + String.join(",", options);
  }
}
