package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kifs.kernel.live.LockCorpus.Case;
import kifs.kernel.live.LockCorpus.Language;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;

/** Starts the programs of the {@link LockCorpus}, where they can be built and run. */
final class LockPrograms {
  private final Path directory;

  /**
   * @param directory the directory in which the programs may create files
   */
  LockPrograms(Path directory) {
    this.directory = directory;
  }

  /**
   * Starts a program and waits until it is ready. Empty if it can't be built or run on this host.
   */
  Optional<Program> start(Case of) throws IOException {
    List<String> command = new ArrayList<>();
    switch (of.language()) {
      case JAVA ->
          command.addAll(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  Project.PROGRAMS.resolve("Contend.java").toString()));
      case PYTHON ->
          command.addAll(List.of("python3", Project.PROGRAMS.resolve("contend.py").toString()));
      default -> {
        Optional<Path> program = build(of.language());
        if (program.isEmpty()) {
          return Optional.empty();
        }
        if (of.language() == Language.CONTEND) {
          command.addAll(List.of("nice", "-n", "10"));
        }
        command.add(program.get().toString());
      }
    }
    Path files = Files.createDirectories(directory.resolve("files of " + of.name()));
    of.arguments().forEach(argument -> command.add(argument.replace("%d", files.toString())));
    try {
      return Optional.of(Program.ready(command));
    } catch (Run.NotFoundException e) {
      // This kernel doesn't run 32-bit programs.
      if (of.language() == Language.GLIBC_32) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static Optional<Path> build(Language language) {
    return switch (language) {
      case GLIBC -> Optional.of(Programs.get("locks"));
      case CONTEND -> Optional.of(Programs.get("contend"));
      case GLIBC_STATIC -> build("locks-static", "locks.c", "gcc -O1 -static -pthread -o %s");
      case GLIBC_32 -> build("locks-32", "locks.c", "gcc -O1 -m32 -pthread -o %s");
      case MUSL -> build("locks-musl", "locks.c", "musl-gcc -O1 -static -pthread -o %s");
      case GO -> build("contend-go", "contend.go", "go build -o %s");
      case JAVA, PYTHON -> throw new IllegalArgumentException(language + " isn't built");
    };
  }

  private static Optional<Path> build(String name, String source, String compiler) {
    return Programs.build(
        name,
        source,
        to ->
            Run.of((compiler.formatted(to) + " " + source).split(" "))
                .with("GOCACHE", Project.BUILT_PROGRAMS.resolve("go-cache").toString())
                .with("GOFLAGS", "-mod=mod")
                .within(Duration.ofSeconds(120)));
  }
}
