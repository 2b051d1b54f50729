package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all commands have in common: help, errors, exit statuses. */
class KifsTest {
  private final Shell shell = new Shell();

  static List<String> commands() {
    return List.copyOf(Kifs.commandLine().getSubcommands().keySet());
  }

  @Test
  void theHelpListsEveryCommand() {
    String help = shell.run("--help").silent().out();
    for (String command : commands()) {
      assertTrue(help.contains("\n  " + command + " "), help);
    }
    assertTrue(help.contains("mount, unmount, status"), help);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void eachCommandDescribesItselfAndItsExitStatuses(String command) {
    String help = shell.run(command, "--help").silent().out();
    assertTrue(help.contains("kifs " + command), help);
    assertTrue(help.contains("Exit status:"), help);
    assertFalse(help.contains("\u001b"), help);
    assertTrue(help.lines().allMatch(line -> line.length() <= 80), help);
  }

  @Test
  void version() {
    assertEquals("kifs development\n", shell.run("--version").silent().out());
    assertEquals("kifs development\n", shell.run("unusual", "--version").silent().out());
  }

  @Test
  void aSeriesIsReadFromAFileOrTheInput(@TempDir Path directory) throws IOException {
    byte[] series = "time,value\n2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,2\n".getBytes(UTF_8);
    Path file = Files.write(directory.resolve("series.csv"), series);
    String scored = shell.run("unusual", file.toString()).silent().out();
    assertEquals(2, scored.lines().count(), scored);
    assertEquals(shell.input(series).run("unusual").silent().out(), scored);
  }

  @Test
  void misuseSaysWhatWouldBeRight() {
    shell.misuses("kifs: which command?; try kifs --help");
    shell.misuses(
        "kifs: Unmatched argument at index 0: 'unusal'; did you mean unusual?; try kifs --help",
        "unusal");
    shell.misuses(
        "kifs unusual: Unknown option: '--perod=1h'; did you mean --period?;"
            + " try kifs unusual --help",
        "unusual",
        "--perod=1h");
    shell.misuses(
        "kifs unusual: Invalid value for option '--period': not a time such as 250ms, 1s, 5m, 24h"
            + " or 7d: 1y; try kifs unusual --help",
        "unusual",
        "--period=1y");
    shell.misuses(
        "kifs unusual: Invalid value for option '--period': not between 1ms and 366d: 0s;"
            + " try kifs unusual --help",
        "unusual",
        "--period=0s");
    shell.misuses(
        "kifs unusual: Invalid value for option '--direction': not one of both, up, down: left;"
            + " try kifs unusual --help",
        "unusual",
        "--direction=left");
  }

  @Test
  void unusualSaysByItsStatusWhetherLinesWereSkipped() {
    Run.Result good = shell.input("t,v\n1,2\n".getBytes(UTF_8)).run("unusual").silent();
    assertEquals("1,2,0.00,0\n", good.out());
    Run.Result bad = shell.input("1,2\nx\n".getBytes(UTF_8)).run("unusual", "--above=0");
    assertEquals("1,2,0.00,1\n", bad.out());
    assertEquals("line 2: not timestamp,value: x\n", bad.err());
    assertEquals(1, bad.status());
  }

  @Test
  void completionIsAScript() {
    String script = shell.run("completion").silent().out();
    assertTrue(script.contains("--direction") && script.contains("complete -F"), script);
  }
}
