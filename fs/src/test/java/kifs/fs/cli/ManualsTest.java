package kifs.fs.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The files of the package that are made from tables. */
class ManualsTest {
  private static final CommandLine DAEMON = ConfigFileTest.daemon();

  @TempDir Path directory;

  /** Lines of the template that are options, without the # before them. */
  private static List<String> options() {
    return Manuals.template(DAEMON)
        .lines()
        .filter(line -> line.matches("#[a-z-]+ = .*"))
        .map(line -> line.substring(1))
        .toList();
  }

  private List<String> read(String text) throws IOException, ConfigFile.BadLineException {
    Path file = Files.writeString(directory.resolve("kifs.conf"), text);
    return new ConfigFile(file, ConfigFileTest.daemon()).arguments();
  }

  @Test
  void theTemplateChangesNothing() throws Exception {
    assertEquals(List.of(), read(Manuals.template(DAEMON)));
  }

  @Test
  void theTemplateHasEachOption() {
    Set<String> expected =
        DAEMON.getCommandSpec().options().stream()
            .filter(ConfigFile::mayContain)
            .map(ConfigFile::name)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        expected,
        options().stream()
            .map(line -> line.replaceFirst(" = .*", ""))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  /** A line whose value isn't a placeholder is right as soon as the # is taken away. */
  @Test
  void theTemplatesValuesAreRight() throws Exception {
    List<String> given = options().stream().filter(line -> !line.matches(".* = [A-Z]+")).toList();
    assertTrue(given.size() > 5, given::toString);
    for (String line : given) {
      boolean isNo = line.endsWith(" = no");
      assertEquals(isNo ? List.of() : List.of("--" + line.replace(" = ", "=")), read(line), line);
    }
  }

  @Test
  void whatAReloadChangesIsSaid() {
    long said =
        Manuals.template(DAEMON).lines().filter(line -> line.contains("A reload changes")).count();
    assertEquals(Reload.CHANGEABLE.size(), said);
  }

  static Stream<String> pages() {
    return Stream.of(Manuals.command(DAEMON), Manuals.configuration(DAEMON), Manuals.tree());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void groffHasNoWarnings(String page) throws IOException {
    assumeTrue(Files.exists(Path.of("/usr/bin/groff")), "no groff");
    Path file = Files.writeString(directory.resolve("page"), page);
    Run.Result result = Run.of("groff", "-man", "-ww", "-Tutf8", "-z", file.toString()).result();
    assertEquals("", result.silent().out());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void onlyKnownMacrosAreUsed(String page) {
    Set<String> known = Set.of("TH", "SH", "SS", "PP", "TP", "nf", "fi");
    Set<String> used =
        page.lines()
            .filter(line -> line.startsWith(".") || line.startsWith("'"))
            .map(line -> line.substring(1).replaceFirst(" .*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    used.removeAll(known);
    assertEquals(Set.of(), used);
  }
}
