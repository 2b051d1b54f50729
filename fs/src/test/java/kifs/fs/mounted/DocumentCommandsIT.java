package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.fs.DocumentsTest;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Runs the commands in the documents. A fenced block without a language is a script, which must
 * succeed. In a block {@code console} each line after a {@code $} is a command, and the lines below
 * it are its output: numbers stand for any numbers, and {@code …} for any text. A comment {@code
 * <!-- not run: why -->} before a block leaves it out; blocks in other languages are no commands.
 *
 * <p>Scripts run in a directory that has the files of the repository and some bulks, with the mount
 * at /mnt/kernel replaced by that of the test.
 */
@Timeout(300)
class DocumentCommandsIT {
  private static final Pattern NOT_RUN = Pattern.compile("<!-- not run: (.{10,}) -->");

  /** Without Prometheus its checks are left out; FleetIT says so. */
  private static final String OPTIONAL =
      "set -e\ntype -P promtool >/dev/null || promtool() { true; }\n";

  private static final Set<String> LANGUAGES = Set.of("", "console", "text", "c", "java", "python");

  @Mounted("documents")
  private static MountedKifs kifs;

  private static Path directory;

  /**
   * A block of a document.
   *
   * @param line the line of its fence, from 1 on
   */
  record Block(Path document, int line, String language, List<String> lines) {
    @Override
    public String toString() {
      return document + ":" + line;
    }
  }

  private static List<Block> all() {
    try {
      return DocumentsTest.documents().stream().flatMap(each -> blocks(each).stream()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Block> blocks(Path document) {
    List<Block> blocks = new ArrayList<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(Project.ROOT.resolve(document));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.startsWith("```")) {
        int end = i + 1;
        while (!lines.get(end).strip().startsWith("```")) {
          end++;
        }
        boolean isLeftOut = i > 0 && NOT_RUN.matcher(lines.get(i - 1)).matches();
        String language = isLeftOut ? "not run" : line.substring(3);
        blocks.add(new Block(document, i + 1, language, List.copyOf(lines.subList(i + 1, end))));
        i = end;
      }
    }
    return blocks;
  }

  static Stream<Block> scripts() {
    return all().stream().filter(block -> block.language.isEmpty());
  }

  static Stream<Block> dialogs() {
    return all().stream().filter(block -> block.language.equals("console"));
  }

  @BeforeAll
  static void prepare() throws IOException {
    directory = Files.createTempDirectory("kifs-documents");
    try (Stream<Path> files = Files.list(Project.ROOT)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(directory.resolve(file.getFileName()), file);
      }
    }
    Files.writeString(directory.resolve("series.csv"), "timestamp,value\n1,1\n2,1\n");
    Files.writeString(directory.resolve("cpu.csv"), "1,1\n2,1\n");
    for (String name : List.of("bulk", "bulk.copy", "before.bulk", "after.bulk")) {
      Files.write(directory.resolve(name), Files.readAllBytes(kifs.path("bulk")));
    }
  }

  @AfterAll
  static void remove() {
    // rm removes the links, and not what they lead to.
    Run.of("rm", "-r", directory.toString()).silent();
  }

  private static Run.Result run(String script) {
    String here = script.replace("/mnt/kernel", kifs.path().toString());
    return Run.of(
            "timeout",
            "60",
            "env",
            "-C",
            directory.toString(),
            "PATH=" + directory + ":" + System.getenv("PATH"),
            "bash",
            "-uo",
            "pipefail",
            "-c",
            here)
        .result();
  }

  /** The exit status of diff says whether anything differs, which is no failure. */
  private static String checked(List<String> lines) {
    String script = String.join("\n", lines);
    return script.contains("kifs diff") ? script + "\n(($? < 2))" : OPTIONAL + script;
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void aScriptSucceeds(Block block) {
    Run.Result result = run(checked(block.lines));
    assertEquals(0, result.status(), () -> block + ": " + result);
  }

  @ParameterizedTest
  @MethodSource("dialogs")
  void aDialogIsAsItIsWritten(Block block) {
    List<String> expected = new ArrayList<>();
    String command = null;
    for (String line : block.lines) {
      if (line.startsWith("$ ")) {
        compare(block, command, expected);
        command = line.substring(2);
        expected.clear();
      } else {
        expected.add(line);
      }
    }
    compare(block, command, expected);
  }

  private static void compare(Block block, String command, List<String> expected) {
    if (command != null) {
      String shape = String.join("\n", expected).strip();
      StringBuilder pattern = new StringBuilder();
      for (String part : shape.split("(?<=…)|(?=…)")) {
        pattern.append(part.equals("…") ? "(?s:.*?)" : literal(part));
      }
      // A shell that has more to do than one command stays the parent of it.
      String out = run(command + "\n:").out().strip();
      assertTrue(
          Pattern.matches(pattern.toString(), out),
          () -> block + ": " + command + "\nprinted:\n" + out + "\nnot:\n" + shape);
    }
  }

  /** A pattern of a text in which each number stands for any, and blanks for any number of them. */
  private static String literal(String text) {
    return Pattern.quote(text)
        .replaceAll("state=[A-Z]\\b", "state=\\\\E[A-Z]\\\\Q")
        .replaceAll("-?[0-9]+", "\\\\E-?[0-9]+\\\\Q")
        .replaceAll(" {2,}", "\\\\E {2,}\\\\Q");
  }

  /** A block of an unknown language would be left out silently. */
  @Test
  void eachBlockIsRunOrSaysWhyNot() {
    List<Block> unknown =
        all().stream()
            .filter(block -> !LANGUAGES.contains(block.language))
            .filter(block -> !block.language.equals("not run"))
            .toList();
    assertEquals(List.of(), unknown);
    assertTrue(scripts().count() > 8, () -> scripts().count() + " scripts");
    assertTrue(dialogs().count() > 0, "no dialogs");
  }
}
