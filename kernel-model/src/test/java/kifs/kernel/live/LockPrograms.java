package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import kifs.kernel.live.LockCorpus.Case;
import kifs.kernel.live.LockCorpus.Language;

/** Builds the programs of the {@link LockCorpus}, where there is what it takes to build them. */
final class LockPrograms {
  private static final Path SOURCES =
      Path.of(System.getProperty("kifs.root"), "test-data", "programs");

  private static final Map<Language, String> COMPILERS =
      Map.of(
          Language.GLIBC, "gcc -O1 -Wall -pthread -o %s locks.c",
          Language.GLIBC_STATIC, "gcc -O1 -static -pthread -o %s locks.c",
          Language.GLIBC_32, "gcc -O1 -m32 -pthread -o %s locks.c",
          Language.MUSL, "musl-gcc -O1 -static -pthread -o %s locks.c",
          Language.CONTEND, "gcc -O1 -Wall -pthread -o %s contend.c",
          Language.GO, "go build -o %s contend.go");

  private final Path directory;

  LockPrograms(Path directory) {
    this.directory = directory;
  }

  /** Starts that program, once it is ready; empty if it can't be built or run here. */
  Optional<Program> start(Case of) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    switch (of.language()) {
      case JAVA ->
          command.addAll(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx64m",
                  SOURCES.resolve("Contend.java").toString()));
      case PYTHON -> command.addAll(List.of("python3", SOURCES.resolve("contend.py").toString()));
      default -> {
        Path program = directory.resolve(of.language().toString());
        if (!Files.exists(program) && !build(of.language(), program)) {
          return Optional.empty();
        }
        if (of.language() == Language.CONTEND) {
          command.addAll(List.of("nice", "-n", "10"));
        }
        command.add(program.toString());
      }
    }
    Path files = Files.createDirectories(directory.resolve("files of " + of.name()));
    of.arguments().forEach(argument -> command.add(argument.replace("%d", files.toString())));
    try {
      return Optional.of(Program.start(command));
    } catch (IOException e) {
      // A kernel without 32-bit programs.
      if (of.language() == Language.GLIBC_32) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private boolean build(Language language, Path program) throws InterruptedException {
    String[] command = COMPILERS.get(language).formatted(program).split(" ");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).directory(SOURCES.toFile());
      builder.environment().put("GOCACHE", directory.resolve("go").toString());
      builder.environment().put("GOFLAGS", "-mod=mod");
      Process compiler =
          builder
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve(language + ".log").toFile())
              .start();
      return compiler.waitFor(120, TimeUnit.SECONDS) && compiler.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
