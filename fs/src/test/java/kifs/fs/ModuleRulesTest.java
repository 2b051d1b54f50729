package kifs.fs;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may know whom. */
class ModuleRulesTest {
  private static final String[] NATIVE = {"jnr..", "com.kenai..", "ru.serce.."};

  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("kifs");

  /** A rule about packages that were not imported would hold whatever they do. */
  @Test
  void allPackagesAreLookedAt() {
    Set<String> found =
        ALL.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    Set<String> expected =
        new TreeSet<>(
            List.of(
                "kifs.fs",
                "kifs.fs.node",
                "kifs.fs.transport",
                "kifs.fs.transport.jnrfuse",
                "kifs.fs.tree",
                "kifs.kernel.bulk",
                "kifs.kernel.fd",
                "kifs.kernel.linux",
                "kifs.kernel.procfs",
                "kifs.kernel.record",
                "kifs.kernel.schema",
                "kifs.kernel.shm",
                "kifs.kernel.simulated",
                "kifs.kernel.source",
                "kifs.notifier"));
    expected.removeAll(found);
    assertEquals(Set.of(), expected, "not on the class path");
  }

  @Test
  void theKernelModelKnowsNobody() {
    noClasses()
        .that()
        .resideInAPackage("kifs.kernel..")
        .should()
        .dependOnClassesThat(resideInAPackage("kifs..").and(not(resideInAPackage("kifs.kernel.."))))
        .check(ALL);
  }

  @Test
  void theNotifierKnowsOnlyTheKernelModel() {
    classes()
        .that()
        .resideInAPackage("kifs.notifier..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "kifs.notifier..",
            "kifs.kernel.record",
            "kifs.kernel.bulk",
            "kifs.kernel.source",
            "java..",
            "org.slf4j..")
        .check(ALL);
  }

  @Test
  void onlyWhatTalksToARealKernelCallsNativeCode() {
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
        .dependOnClassesThat(resideInAnyPackage(NATIVE))
        .check(ALL);
  }

  @Test
  void theKernelModelKnowsNoFuse() {
    noClasses()
        .that()
        .resideInAPackage("kifs.kernel..")
        .should()
        .dependOnClassesThat(resideInAPackage("ru.serce.."))
        .check(ALL);
  }

  /** The second column: what it may know of kifs beside itself. */
  @ParameterizedTest
  @CsvSource({
    "record, ",
    "bulk, record",
    "schema, record",
    "source, record bulk",
    "fd, record bulk",
    "shm, record bulk",
    "simulated, record bulk source locks fd shm"
  })
  void thePlainPackagesOfTheKernelModel(String name, String others) {
    Set<String> allowed = new TreeSet<>(Set.of("java..", "org.slf4j..", "kifs.kernel." + name));
    if (others != null) {
      for (String other : others.split(" ")) {
        allowed.add("kifs.kernel." + other);
      }
    }
    classes()
        .that()
        .resideInAPackage("kifs.kernel." + name)
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(allowed.toArray(String[]::new))
        .check(ALL);
  }

  @Test
  void theTreeKnowsOnlyItself() {
    noClasses()
        .that()
        .resideInAPackage("kifs.fs.tree..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("kifs..").and(not(resideInAPackage("kifs.fs.tree.."))))
        .check(ALL);
  }

  /** What is served can be tested without FUSE, and FUSE replaced without touching it. */
  @Test
  void nodesAndTransportsMeetInTheTree() {
    noClasses()
        .that()
        .resideInAPackage("kifs.fs.node..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("kifs.fs", "kifs.fs.transport.."))
        .check(ALL);
    noClasses()
        .that()
        .resideInAPackage("kifs.fs.transport..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("kifs.fs", "kifs.fs.node..", "kifs.notifier.."))
        .check(ALL);
  }

  /** But for the place that chooses one. */
  @Test
  void nodesDoNotKnowWhereTheDataComesFrom() {
    noClasses()
        .that()
        .resideInAPackage("kifs.fs..")
        .and()
        .resideOutsideOfPackage("kifs.fs")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "kifs.kernel.procfs..", "kifs.kernel.bpf..", "kifs.kernel.simulated"))
        .check(ALL);
  }

  @Test
  void noCycles() {
    slices().matching("kifs.(**)").should().beFreeOfCycles().check(ALL);
  }
}
