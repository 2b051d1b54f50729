package kifs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents link to and name exists: files, headings, classes and their members. */
public class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

  /** A class by its simple name, and at most one member. */
  private static final Pattern CLASS =
      Pattern.compile("([A-Z][a-z][A-Za-z0-9]*)(?:\\.(\\w+))?(?:\\(.*\\))?");

  /** A file by its name alone. */
  private static final Pattern FILE =
      Pattern.compile("[\\w.-]+\\.(java|py|sh|c|md|hex|xml|kifs)|kifs\\.h|request\\.h");

  /** Classes of the JDK that documents name. */
  private static final Set<String> OF_JDK =
      Set.of("ArrayBlockingQueue", "Class", "ConcurrentLinkedQueue", "Optional", "Thread");

  /** All documents, relative to the root of the repository. */
  public static List<Path> documents() throws IOException {
    List<Path> all = new ArrayList<>();
    for (String name : List.of("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")) {
      all.add(Path.of(name));
    }
    all.add(Path.of("examples/README.md"));
    all.add(Path.of("examples/fleet/README.md"));
    all.add(Path.of("clients/README.md"));
    all.add(Path.of("benchmarks/README.md"));
    try (Stream<Path> docs = Files.walk(Project.ROOT.resolve("docs"))) {
      docs.filter(path -> path.toString().endsWith(".md"))
          .map(Project.ROOT::relativize)
          .sorted()
          .forEach(all::add);
    }
    return all;
  }

  @Test
  void allDocumentsAreChecked() throws IOException {
    assertTrue(documents().size() > 15, () -> "too few");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void linksLeadSomewhere(Path document) {
    Path directory = Project.ROOT.resolve(document).getParent();
    List<String> broken = new ArrayList<>();
    Matcher links = LINK.matcher(SourceTree.read(document));
    while (links.find()) {
      String target = links.group(1);
      if (target.contains("://")) {
        continue;
      }
      String[] parts = target.split("#", 2);
      Path file = parts[0].isEmpty() ? Project.ROOT.resolve(document) : directory.resolve(parts[0]);
      if (!Files.exists(file) || parts.length > 1 && !anchors(file).contains(parts[1])) {
        broken.add(target);
      }
    }
    assertEquals(List.of(), broken);
  }

  /** The anchors of a document's headings, as GitHub and most other renderers make them. */
  private static List<String> anchors(Path document) {
    return SourceTree.read(document)
        .lines()
        .filter(line -> line.matches("#+ .*"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("documents")
  void pathsOfTheRepositoryExist(Path document) {
    List<String> missing = new ArrayList<>();
    for (String word : SourceTree.read(document).split("[\\s`'\"()|,;:=#]+")) {
      String path = word.replaceFirst("^\\./", "").replaceFirst("[.]$", "");
      if (SourceTree.isInside(path)
          && !path.contains("target/")
          && !path.matches(".*[<>*{…].*")
          && !SourceTree.has(path)) {
        missing.add(word);
      }
    }
    assertEquals(List.of(), missing);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void filesAndClassesThatAreNamedExist(Path document) {
    List<String> missing = new ArrayList<>();
    CODE.matcher(SourceTree.read(document))
        .results()
        .map(match -> match.group(1))
        .filter(code -> !exists(code))
        .forEach(missing::add);
    assertEquals(List.of(), missing);
  }

  /** Whether the file, or the class with its member, exists; true for code of another kind. */
  private static boolean exists(String code) {
    if (FILE.matcher(code).matches()) {
      return !SourceTree.named(code).isEmpty();
    }
    Matcher name = CLASS.matcher(code);
    if (!name.matches() || OF_JDK.contains(name.group(1))) {
      return true;
    }
    List<Path> files = SourceTree.classes(name.group(1));
    String member = name.group(2);
    return files.stream()
        .anyMatch(
            file ->
                member == null || SourceTree.read(file).matches("(?s).*\\b" + member + "\\b.*"));
  }
}
