package kifs.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kifs.fs.daemon.StartTimes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a configuration file may contain. */
class ConfigFileTest {
  @TempDir Path directory;

  /** The daemon's command line; it is only parsed, so it needs no native libraries. */
  static CommandLine daemon() {
    return new CommandLine(new Main(new StartTimes(), null, List.of()));
  }

  private List<String> read(String text) throws IOException, ConfigFile.BadLineException {
    Path file = Files.writeString(directory.resolve("kifs.conf"), text);
    return new ConfigFile(file, daemon()).arguments();
  }

  private void refuses(String message, String text) {
    ConfigFile.BadLineException e =
        assertThrows(ConfigFile.BadLineException.class, () -> read(text));
    assertEquals(directory.resolve("kifs.conf") + ": line " + message, e.getMessage());
  }

  @Test
  void linesBecomeOptions() throws Exception {
    assertEquals(List.of(), read("# tick = 7x\n\n   # more\n"));
    assertEquals(
        List.of("--tick=20ms", "--source=simulated:/a b=c", "--private"),
        read("tick=20ms\n  source =  simulated:/a b=c  \nprivate = yes\nlock-memory = no"));
  }

  @Test
  void aWrongLineIsNamed() {
    refuses("2: no option tock", "\ntock = 1s\n");
    refuses("1: not `option = value`: private", "private");
    refuses("1: private is neither yes nor no: maybe", "private = maybe");
    refuses("1: no option config", "config = /x");
    refuses("1: no option help", "help = yes");
    refuses("1: no option ", "= 3");
    refuses("3: tick: not a time in ms or s: 7x", "waiters = 3\n#\ntick = 7x");
    refuses("1: waiters: 'x' is not an int", "waiters = x");
  }
}
