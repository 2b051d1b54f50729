package kifs.kernel.simulated.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a script says, it is understood, or refused with its line. */
class SimulationScriptErrorTest {
  private static final long SECOND = 1_000_000_000L;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "x spawn 1 comm=a|not a time",
        "-1s spawn 1 comm=a|not a time",
        "1e9s spawn 1 comm=a|not a time",
        "0s|lacks what shall happen",
        "0s dance|unknown: dance",
        "0s spawn|lacks a pid",
        "0s spawn 1|lacks comm=",
        "0s spawn 0 comm=a|not a number from 1",
        "0s spawn 4194304 comm=a|not a number from 1",
        "0s spawn 1 2 comm=a|too much: 2",
        "0s spawn 1 comm=a comm=b|given twice",
        "0s spawn 1 comm=a x=1|unknown: x",
        "0s spawn 1 comm=a rss=1Q|not a size",
        "0s spawn 1 comm=a rss=99999999T|too large",
        "0s spawn 1 comm=a cpu=many|not a number",
        "0s spawn 1 comm=a cpu=-1%|not a number",
        "0s spawn 1 comm=a uid=5000000000|not a user",
        "0s spawn 1 comm=a threads=0|not a number from 1",
        "0s spawn 1 comm=a state=Q|not a state",
        "0s spawn 1 comm=a cmdline=\"a b|a quotation mark",
        "0s spawn 1 comm=a exe=relative|not a path",
        "0s spawn 1 comm=a =b|= without a key",
        "0s spawn 1 comm=a b|a word behind",
        "0s set 5 rss=1M|no process 5",
        "0s exit 5|no process 5",
        "0s block 5 mutex 1|no process 5",
        "0s block 5 love 1|nothing to wait for",
        "0s run 5/6|no process 5",
        "0s exit 5 status=256|not a number from 0",
        "0s crowd 5 comm=a|lacks from=",
        "0s crowd 5000000 from=1 comm=a|not a number from 1",
        "0s crowd 4000000 from=1 comm=a threads=2|ids are 1 to",
        "0s system memory|too much: memory",
        "host processors=0|not a number from 1",
        "host temperature=5|unknown: temperature",
        "0s repeat|repeats at once",
        "1s repeat now|too much: now",
      })
  void anErrorSaysItsLineAndWhatIsWrong(String statement, String message) {
    SimulationScriptException error =
        assertThrows(
            SimulationScriptException.class,
            () -> SimulationScript.parse("# first line\n\n" + statement + "\n"));
    assertEquals(3, error.line());
    assertTrue(error.getMessage().startsWith("line 3: "), error.getMessage());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void anImpossibleStatementIsFoundByTheParser() {
    assertLine(2, "0s spawn 1 comm=a\n5s spawn 1 comm=b");
    assertLine(1, "5s spawn 1 comm=a\n0s spawn 1 comm=b");
    assertLine(2, "0s crowd 10 from=1 threads=2 comm=a\n0s spawn 5 comm=b");
    assertLine(2, "0s crowd 10 from=1 threads=2 comm=a\n0s crowd 1 from=20 comm=b");
    assertLine(3, "0s spawn 1 comm=a\n1s exit 1\n2s set 1 rss=1M");
    assertLine(2, "0s spawn 1 comm=a\n1s exit 1/7");
    assertLine(2, "5s repeat\n5s spawn 1 comm=a");
    assertLine(2, "5s repeat\n6s repeat");
  }

  private static void assertLine(int line, String script) {
    SimulationScriptException error =
        assertThrows(SimulationScriptException.class, () -> SimulationScript.parse(script));
    assertEquals(line, error.line(), error.getMessage());
  }

  @Property(tries = 2000)
  void anyTextIsAScriptOrAnErrorWithItsLine(@ForAll @StringLength(max = 200) String text) {
    parses(text);
  }

  @Property(tries = 3000)
  void statementsAreAScriptOrAnErrorWithTheirLine(@ForAll("scripts") String text) {
    parses(text);
  }

  @Provide
  Arbitrary<String> scripts() {
    Arbitrary<String> word =
        Arbitraries.of(
            "0s",
            "1s",
            "5m",
            "host",
            "spawn",
            "crowd",
            "thread",
            "set",
            "block",
            "run",
            "exit",
            "system",
            "repeat",
            "1",
            "2",
            "1/2",
            "100",
            "comm=a",
            "from=1",
            "threads=3",
            "rss=1M",
            "cpu=50%",
            "mutex",
            "0x10",
            "owner=1",
            "status=1",
            "=",
            "\"",
            "\\",
            "#",
            "-",
            "\0",
            "cpu=",
            "load=1",
            "fds.growth=9",
            "uid=4294967295",
            "999999999999999999T");
    return word.list()
        .ofMaxSize(8)
        .map(words -> String.join(" ", words))
        .list()
        .ofMaxSize(6)
        .map(lines -> String.join("\n", lines));
  }

  /** Any exception except SimulationScriptException fails the test. */
  private static void parses(String text) {
    try {
      SimulationScript script = SimulationScript.parse(text);
      VirtualClock clock = script.virtualClock();
      SimulatedKernel kernel = script.start(clock);
      clock.advance(700 * SECOND);
      kernel.pids();
    } catch (SimulationScriptException e) {
      assertTrue(e.line() >= 1 && e.line() <= text.lines().count() + 1, e.getMessage());
    }
  }
}
