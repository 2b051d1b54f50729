package kifs.fs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks which package may use which. The table is {@code packages.txt} beside this class. */
class ModuleRulesTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("-tests.jar"))
          .importPackages("kifs");

  /** A line of the table. {@code others} are ArchUnit's package patterns. */
  record Line(String name, Set<String> others) {
    static Line parse(String text) {
      String[] words = text.strip().split("\\s+");
      Set<String> others = new TreeSet<>();
      for (String word : List.of(words).subList(1, words.length)) {
        if (!word.equals("-")) {
          others.add(word.matches("(kernel|notifier|fs)\\b.*") ? "kifs." + word : word);
        }
      }
      return new Line("kifs." + words[0], others);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Line> table() throws IOException {
    try (var in = ModuleRulesTest.class.getResourceAsStream("packages.txt")) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Line::parse)
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void aPackageKnowsOnlyWhatItsLineNames(Line line) {
    Set<String> allowed = new TreeSet<>(line.others);
    allowed.addAll(Set.of(line.name, "java..", "org.slf4j..", "org.jspecify.annotations"));
    classes()
        .that()
        .resideInAPackage(line.name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(ALL);
  }

  /** A package without a line would have no rule, and a line without a package could not fail. */
  @Test
  void theTableNamesEveryPackage() throws IOException {
    Set<String> named = table().stream().map(Line::name).collect(toCollection(TreeSet::new));
    assertEquals(sourcePackages(), named, "packages in the table, compared with the sources");
    Set<String> compiled =
        ALL.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
    assertEquals(compiled, named, "packages in the table, compared with the class path");
  }

  @Test
  void everyPackageSaysWhatItIs() {
    Set<String> undocumented = new TreeSet<>();
    for (String name : sourcePackages()) {
      if (modules()
          .map(module -> module.resolve(name.replace('.', '/')).resolve("package-info.java"))
          .noneMatch(Files::exists)) {
        undocumented.add(name);
      }
    }
    assertEquals(Set.of(), undocumented, "packages without a package-info");
  }

  /** NullAway doesn't check a package without this annotation. */
  @Test
  void everyPackageIsNullMarked() throws IOException {
    Set<String> unmarked = new TreeSet<>();
    for (String name : sourcePackages()) {
      for (Path module : modules().toList()) {
        Path info = module.resolve(name.replace('.', '/')).resolve("package-info.java");
        if (Files.exists(info) && !Files.readAllLines(info).contains("@NullMarked")) {
          unmarked.add(name);
        }
      }
    }
    assertEquals(Set.of(), unmarked, "packages that aren't @NullMarked");
  }

  @Test
  void onlyTransportsKnowFuseAndOnlyLiveSourcesCallNativeCode() {
    noClasses()
        .that()
        .resideInAPackage("kifs..")
        .and()
        .resideOutsideOfPackages(
            "kifs.kernel.linux..",
            "kifs.kernel.procfs..",
            "kifs.kernel.bpf..",
            "kifs.fs.transport..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("jnr..", "com.kenai..", "ru.serce.."))
        .check(ALL);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("kifs.(**)").should().beFreeOfCycles().check(ALL);
  }

  /**
   * Classes that all reach each other can't be understood, tested or moved alone. The simulated
   * kernel is the one exception: its processes are both the verbs that scripts use and the state
   * that passes read.
   */
  @Test
  void noRingHasMoreThanFourFiles() {
    Map<String, Integer> large = new TreeMap<>();
    for (List<String> ring : Rings.of(dependencies())) {
      if (ring.size() > 4) {
        large.put(String.join(" ", ring), ring.size());
      }
    }
    large.keySet().removeIf(ring -> ring.contains("kifs.kernel.simulated.World"));
    assertEquals(Map.of(), large, "rings");
  }

  /** For each file of kifs, the files of kifs that it refers to. */
  private static Map<String, Set<String>> dependencies() {
    Map<String, Set<String>> dependencies = new TreeMap<>();
    for (JavaClass type : ALL) {
      Set<String> others = dependencies.computeIfAbsent(file(type), unused -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(target -> target.getPackageName().startsWith("kifs."))
          .map(ModuleRulesTest::file)
          .filter(target -> !target.equals(file(type)))
          .forEach(others::add);
    }
    return dependencies;
  }

  private static String file(JavaClass type) {
    return type.getName().replaceFirst("\\$.*", "");
  }

  /** The packages that contain a source file besides their package-info. */
  private static Set<String> sourcePackages() {
    Set<String> packages = new TreeSet<>();
    modules()
        .forEach(
            module -> {
              for (Path file : javaFiles(module)) {
                if (!file.endsWith("package-info.java")) {
                  packages.add(module.relativize(file.getParent()).toString().replace('/', '.'));
                }
              }
            });
    return packages;
  }

  private static Stream<Path> modules() {
    Path root = Path.of(System.getProperty("kifs.root"));
    return Stream.of("kernel-model", "notifier", "fs")
        .map(module -> root.resolve(module).resolve("src/main/java"));
  }

  private static List<Path> javaFiles(Path module) {
    try (Stream<Path> files = Files.walk(module)) {
      return new ArrayList<>(files.filter(file -> file.toString().endsWith(".java")).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
