package kifs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.function.Function;

/**
 * Builds the programs of test-data/programs. A program is built again only if its source has
 * changed since. Thread-safe.
 */
public final class Programs {
  private Programs() {}

  /** Builds a C program by its name. Fails if gcc does. */
  public static Path get(String name) {
    String source = name + ".c";
    return build(
            name,
            source,
            to -> Run.of("gcc", "-O1", "-Wall", "-pthread", "-o", to.toString(), source))
        .orElseThrow(() -> new AssertionError("gcc failed: " + log(name)));
  }

  /**
   * Builds a program by any command.
   *
   * @param name the name of the program
   * @param source the name of its source in test-data/programs
   * @param compiler makes the command that builds the program there; it runs in test-data/programs
   * @return the program's path; empty if the compiler is missing or fails
   */
  public static synchronized Optional<Path> build(
      String name, String source, Function<Path, Run> compiler) {
    Path program = Project.BUILT_PROGRAMS.resolve(name);
    try {
      if (isOlder(program, Project.PROGRAMS.resolve(source))) {
        Files.createDirectories(Project.BUILT_PROGRAMS);
        // The file is renamed when it is complete, because tests of another module may start the
        // program at the same time.
        Path incomplete =
            Project.BUILT_PROGRAMS.resolve(name + "." + ProcessHandle.current().pid());
        Run.Result result = compiler.apply(incomplete).in(Project.PROGRAMS).result();
        Files.writeString(log(name), result.toString());
        if (result.status() != 0) {
          return Optional.empty();
        }
        Files.move(incomplete, program, StandardCopyOption.ATOMIC_MOVE);
      }
      return Optional.of(program);
    } catch (Run.NotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOlder(Path program, Path source) throws IOException {
    return !Files.exists(program)
        || Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) < 0;
  }

  private static Path log(String name) {
    return Project.BUILT_PROGRAMS.resolve(name + ".log");
  }
}
