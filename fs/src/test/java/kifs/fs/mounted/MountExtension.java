package kifs.fs.mounted;

import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import kifs.testing.Program;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Implements {@link Mounted}. JUnit makes one instance for each test class. */
final class MountExtension
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private Path mountpoint;
  private MountedKifs kifs;

  /** The programs that all tests of the class share. */
  private Set<Program> ofClass;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    List<Field> fields =
        AnnotationSupport.findAnnotatedFields(context.getRequiredTestClass(), Mounted.class);
    if (fields.size() != 1) {
      throw new IllegalStateException("exactly one field must be @Mounted, not " + fields);
    }
    Field field = fields.get(0);
    Mounted mounted = field.getAnnotation(Mounted.class);
    mountpoint = Files.createTempDirectory("kifs-" + mounted.value());
    kifs = MountedKifs.at(mountpoint, mounted.value(), mounted.options());
    field.setAccessible(true);
    field.set(null, kifs);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    ofClass = Program.running();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    Program.closeAllBut(ofClass);
    kifs.awaitWaiters(0);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    if (kifs != null) {
      kifs.close();
    }
    if (mountpoint != null) {
      Files.delete(mountpoint);
    }
  }
}
