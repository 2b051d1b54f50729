package kifs.fs.mounted;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The C programs of test-data/programs, built when they are first asked for. */
final class Programs {
  private static final Path BUILT = Project.TARGET.resolve("test-programs");

  private Programs() {}

  static synchronized Path get(String name) {
    Path source = Project.ROOT.resolve("test-data/programs/" + name + ".c");
    Path program = BUILT.resolve(name);
    try {
      Files.createDirectories(BUILT);
      if (!Files.exists(program)
          || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0) {
        Run.of("gcc", "-O1", "-pthread", "-o", program.toString(), source.toString()).ok();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return program;
  }
}
