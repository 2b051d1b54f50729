package kifs.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Follows the recipes of docs/extending.md, and checks what they name. */
class ExtendingRecipesTest {
  private static final String PAGE = SourceTree.read(Path.of("docs/extending.md"));

  /** "In `file`, after the line", the line, and the code. */
  private static final Pattern INSERTION =
      Pattern.compile(
          "^In `([^`]+)`, after the line\n`([^`]+)`:\n\n```(\\w+)\n(.*?)```",
          Pattern.MULTILINE | Pattern.DOTALL);

  private static final Pattern FENCED =
      Pattern.compile("^```.*?^```", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final Pattern CLASS =
      Pattern.compile("([A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]*)?)(?:\\.(\\w+))?");
  private static final Pattern METHOD = Pattern.compile("\\.?([a-z]\\w*)\\(.*");
  private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]+");

  @TempDir Path temporary;

  /** Code that a recipe inserts below a line of a file. */
  private record Insertion(Path file, String line, String language, String code) {
    /** Returns the file's text with the code in it. */
    String apply() {
      List<String> lines = new ArrayList<>(SourceTree.read(file).lines().toList());
      List<Integer> places = new ArrayList<>();
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).strip().equals(line)) {
          places.add(i);
        }
      }
      assertEquals(1, places.size(), () -> file + " must have this line once: " + line);
      lines.add(places.get(0) + 1, code.stripTrailing());
      return String.join("\n", lines) + "\n";
    }
  }

  private static List<Insertion> insertions() {
    return INSERTION
        .matcher(PAGE)
        .results()
        .map(m -> new Insertion(Path.of(m.group(1)), m.group(2), m.group(3), m.group(4)))
        .toList();
  }

  @Test
  void theMetricAndTheAttributeOfTheExamplesAppear() throws Exception {
    List<Path> changed = new ArrayList<>();
    for (Insertion insertion : insertions()) {
      String text = insertion.apply();
      if (insertion.language.equals("java")) {
        changed.add(Files.writeString(temporary.resolve(insertion.file.getFileName()), text));
      }
    }
    assertEquals(2, changed.size(), "a table of metrics and one of attributes");
    Path classes = Files.createDirectory(temporary.resolve("classes"));
    compile(changed, classes);

    try (URLClassLoader loader = loaderOf(classes)) {
      String metrics = call(loader, "kifs.notifier.metric.MetricsTable");
      assertTrue(
          metrics.lines().anyMatch(line -> line.startsWith("children.faults.major\t1/s\trate\t")),
          metrics);
      String readme = call(loader, "kifs.fs.root.Readme");
      readme = readme.substring(0, readme.indexOf("\nMETRICS "));
      assertEquals(
          List.of("processes/<pid>/ (fds: fds.count, threads: threads.count)", "processes/sum/"),
          sectionsWith("  children.faults.major ", readme),
          readme);
    }
  }

  private static void compile(List<Path> sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      List<String> options =
          List.of(
              "-Xlint:all,-processing,-path,-classfile",
              "-Werror",
              "-proc:none",
              "-d",
              classes.toString(),
              "-cp",
              System.getProperty("java.class.path"));
      boolean ok =
          compiler
              .getTask(
                  null, files, found, options, null, files.getJavaFileObjectsFromPaths(sources))
              .call();
      List<String> messages = found.getDiagnostics().stream().map(Diagnostic::toString).toList();
      assertTrue(ok, messages::toString);
    }
  }

  /**
   * Makes a class loader that finds these classes before those of the class path. It loads all
   * classes of kifs by itself, because classes of a package see each other only within a loader.
   */
  private static URLClassLoader loaderOf(Path classes) {
    URL[] urls =
        Stream.concat(
                Stream.of(classes.toString()),
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator)))
            .map(ExtendingRecipesTest::url)
            .toArray(URL[]::new);
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private static URL url(String path) {
    try {
      return Path.of(path).toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  /** Calls the static method {@code text()} of a class. */
  private static String call(ClassLoader loader, String className) throws Exception {
    Method text = loader.loadClass(className).getDeclaredMethod("text");
    text.setAccessible(true);
    return (String) text.invoke(null);
  }

  /** Returns the headings of the README's sections that have a line with this beginning. */
  private static List<String> sectionsWith(String beginning, String readme) {
    List<String> sections = new ArrayList<>();
    String heading = "";
    for (String line : readme.lines().toList()) {
      if (!line.startsWith(" ")) {
        heading = line;
      } else if (line.startsWith(beginning)) {
        sections.add(heading);
      }
    }
    return sections;
  }

  // --- names ---

  /** A numbered or bold step of a recipe, or the text before its first step. */
  record Step(String recipe, String text) {
    @Override
    public String toString() {
      return recipe + ": " + text.strip().lines().findFirst().orElse("");
    }
  }

  static List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (String recipe : FENCED.matcher(PAGE).replaceAll("").split("(?m)^## ")) {
      String heading = recipe.lines().findFirst().orElseThrow();
      for (String step : recipe.split("(?m)^(?=\\d+\\. |\\*\\*Step )")) {
        steps.add(new Step(heading, step));
      }
    }
    return steps;
  }

  @Test
  void eachRecipeHasSteps() {
    Set<String> recipes = new LinkedHashSet<>();
    steps().forEach(step -> recipes.add(step.recipe));
    assertEquals(
        List.of(
            "# Extending kifs",
            "A metric",
            "An attribute",
            "A field of PROCESS",
            "An event",
            "A figure of metrics",
            "A record",
            "A directory",
            "A source",
            "A kernel version",
            "A lock library"),
        List.copyOf(recipes));
    assertTrue(steps().size() > 35, () -> steps().size() + " steps");
  }

  @ParameterizedTest
  @MethodSource("steps")
  void whatAStepNamesExists(Step step) {
    List<String> codes =
        CODE.matcher(step.text).results().map((MatchResult m) -> m.group(1)).toList();
    List<String> missing = new ArrayList<>();
    StringBuilder sources = new StringBuilder();
    for (String word : String.join(" ", codes).split(" ")) {
      if (SourceTree.isInside(word)) {
        addFile(word, sources, missing);
      }
    }
    for (String code : codes) {
      addClass(code, sources, missing);
    }
    for (String code : codes) {
      String member = member(code);
      if (member != null && !hasWord(sources, member)) {
        missing.add(code);
      }
    }
    assertEquals(List.of(), missing);
  }

  private static void addFile(String path, StringBuilder sources, List<String> missing) {
    if (!SourceTree.has(path)) {
      missing.add(path);
    } else if (path.matches(".*\\.(java|h|c|py)")) {
      sources.append(SourceTree.read(Path.of(path)));
    }
  }

  /**
   * Adds the source of a class to the sources. A nested class has none of its own, so its name must
   * be in the sources of the files. Code of the form {@code Class.member} names a member too.
   */
  private static void addClass(String code, StringBuilder sources, List<String> missing) {
    var name = CLASS.matcher(code);
    if (!name.matches()) {
      return;
    }
    List<Path> files = SourceTree.classes(name.group(1));
    files.forEach(file -> sources.append(SourceTree.read(file)));
    String member = name.group(2);
    if (!hasWord(sources, name.group(1)) || member != null && !hasWord(sources, member)) {
      missing.add(code);
    }
  }

  /** Returns the method or the constant that a piece of code names; null: it names neither. */
  private static String member(String code) {
    var method = METHOD.matcher(code);
    return method.matches() ? method.group(1) : CONSTANT.matcher(code).matches() ? code : null;
  }

  private static boolean hasWord(CharSequence text, String word) {
    return Pattern.compile("\\b" + word + "\\b").matcher(text).find();
  }
}
