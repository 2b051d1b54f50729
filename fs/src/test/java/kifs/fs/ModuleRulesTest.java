package kifs.fs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * Who may know whom: fs knows the notifier, the notifier the kernel model, nobody the other way.
 */
@AnalyzeClasses(packages = "kifs", importOptions = ImportOption.DoNotIncludeTests.class)
class ModuleRulesTest {
  private static final String[] NATIVE = {"ru.serce..", "jnr..", "com.kenai.."};

  @ArchTest
  static final ArchRule THE_KERNEL_MODEL_KNOWS_NOBODY =
      noClasses()
          .that()
          .resideInAPackage("kifs.kernel..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("kifs.notifier..", "kifs.fs..");

  @ArchTest
  static final ArchRule THE_NOTIFIER_KNOWS_ONLY_THE_KERNEL_MODEL =
      noClasses()
          .that()
          .resideInAPackage("kifs.notifier..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("kifs.fs..", "ru.serce..", "jnr..", "com.kenai..");

  /** Thresholds don't care where the data comes from. */
  @ArchTest
  static final ArchRule NEITHER_IS_THERE_A_SOURCE_THAT_THE_NOTIFIER_KNOWS =
      noClasses()
          .that()
          .resideInAnyPackage("kifs.notifier..", "kifs.fs.node..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "kifs.kernel.procfs..", "kifs.kernel.linux..", "kifs.kernel.simulated..");

  @ArchTest
  static final ArchRule ONLY_LIVE_SOURCES_CALL_NATIVE_CODE =
      noClasses()
          .that()
          .resideInAPackage("kifs.kernel..")
          .and()
          .resideOutsideOfPackages(
              "kifs.kernel.linux..", "kifs.kernel.procfs..", "kifs.kernel.bpf..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(NATIVE);

  @ArchTest
  static final ArchRule WHAT_A_KERNEL_LOOKS_LIKE_IS_PLAIN_JAVA =
      classes()
          .that()
          .resideInAnyPackage(
              "kifs.kernel.record..",
              "kifs.kernel.bulk..",
              "kifs.kernel.schema..",
              "kifs.kernel.simulated..",
              "kifs.kernel.source..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "kifs.kernel.record..",
              "kifs.kernel.bulk..",
              "kifs.kernel.schema..",
              "kifs.kernel.simulated..",
              "kifs.kernel.source..");

  @ArchTest
  static final ArchRule ONLY_TRANSPORTS_SPEAK_FUSE =
      noClasses()
          .that()
          .resideInAPackage("kifs.fs..")
          .and()
          .resideOutsideOfPackage("kifs.fs.transport..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(NATIVE);

  @ArchTest
  static final ArchRule THE_TREE_KNOWS_NOTHING_OF_WHAT_IT_HOLDS =
      classes()
          .that()
          .resideInAPackage("kifs.fs.tree..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "kifs.fs.tree..");

  @ArchTest
  static final ArchRule TRANSPORTS_KNOW_THE_TREE_AND_NOT_ITS_NODES =
      noClasses()
          .that()
          .resideInAPackage("kifs.fs.transport..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("kifs.fs.node..", "kifs.notifier..", "kifs.kernel.source..");

  /** Rules about classes that aren't there would hold. */
  @ArchTest
  static void allModulesAreLookedAt(JavaClasses all) {
    for (String name :
        new String[] {
          "kifs.kernel.procfs.ProcfsSource", "kifs.notifier.Notifier", "kifs.fs.tree.Tree"
        }) {
      all.get(name);
    }
  }
}
