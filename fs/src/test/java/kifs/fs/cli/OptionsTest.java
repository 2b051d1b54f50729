package kifs.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The scripts, mount(8) and the configuration file know the options of the daemon, and no others.
 */
class OptionsTest {
  private static final Pattern OPTION = Pattern.compile("--[a-z][a-z-]*");
  private static final Path SCRIPTS = Project.ROOT.resolve("fs/src/main/sh");

  private static Set<String> ofDaemon() {
    return ConfigFileTest.daemon().getCommandSpec().options().stream()
        .flatMap(option -> List.of(option.names()).stream())
        .filter(name -> OPTION.matcher(name).matches())
        .filter(name -> !name.equals("--help") && !name.equals("--version"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> options(String text) {
    return OPTION
        .matcher(text)
        .results()
        .map(match -> match.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theScriptsHaveTheSameOptions() throws IOException {
    String script = Files.readString(SCRIPTS.resolve("options.sh"));
    assertEquals(ofDaemon(), options(script.substring(script.indexOf("daemon_option() {"))));
  }

  @Test
  void theHelpOfMountShHasThemAll() throws IOException {
    String script = Files.readString(Project.MOUNT);
    Set<String> help =
        options(script.substring(script.indexOf("<<USAGE"), script.indexOf("\nUSAGE\n")));
    Set<String> missing = new TreeSet<>(ofDaemon());
    missing.removeAll(help);
    assertEquals(Set.of(), missing);
    help.removeAll(ofDaemon());
    assertEquals(
        Set.of("--setup", "--foreground", "--unmount", "--status", "--version", "--help"), help);
  }

  /** A name that mount(8) takes for itself would never reach kifs. */
  @Test
  void mountLeavesEachOptionAName() {
    Set<String> taken = Set.of("private", "shared", "slave", "unbindable", "bind", "move", "ro");
    for (OptionSpec option : ConfigFileTest.daemon().getCommandSpec().options()) {
      Set<String> free = new TreeSet<>(List.of(option.names()));
      free.removeIf(name -> taken.contains(name.replaceFirst("^-*", "")));
      assertEquals(false, free.isEmpty(), option.longestName());
    }
  }

  /** The configuration file says of the options that they change on SIGHUP. */
  @Test
  void whatChangesIsAnOption() {
    Set<String> unknown = new TreeSet<>(Reload.CHANGEABLE);
    unknown.removeAll(ofDaemon());
    assertEquals(Set.of(), unknown);
  }
}
