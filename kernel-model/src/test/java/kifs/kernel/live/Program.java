package kifs.kernel.live;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that was started for a test, and what it said until it was ready. */
public final class Program implements AutoCloseable {
  private final Process process;
  private final List<String> lines = new ArrayList<>();

  private Program(Process process) {
    this.process = process;
  }

  /** Compiles that program of test-data/programs and starts it. */
  public static Program compile(Path directory, String name, String... arguments)
      throws IOException, InterruptedException {
    return compileAs(name, directory, name, arguments);
  }

  /** The same under another name. */
  public static Program compileAs(String comm, Path directory, String name, String... arguments)
      throws IOException, InterruptedException {
    Path source = Path.of(System.getProperty("kifs.root"), "test-data", "programs", name + ".c");
    Path binary = directory.resolve(comm);
    Process compiler =
        new ProcessBuilder(
                "cc", "-O1", "-Wall", "-pthread", "-o", binary.toString(), source.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(compiler.getInputStream().readAllBytes());
    if (compiler.waitFor() != 0 || !Files.exists(binary)) {
      throw new IOException("cc failed: " + said);
    }
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of(arguments));
    return start(command);
  }

  /** Starts a command and waits for the line {@code ready}. */
  public static Program start(List<String> command) throws IOException {
    Program program =
        new Program(
            new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start());
    BufferedReader reader = program.process.inputReader();
    for (String line = reader.readLine(); !"ready".equals(line); line = reader.readLine()) {
      if (line == null) {
        program.close();
        throw new IOException("ended before it was ready: " + command);
      }
      program.lines.add(line);
    }
    return program;
  }

  public int pid() {
    return (int) process.pid();
  }

  /** What it printed before it was ready. */
  public List<String> lines() {
    return lines;
  }

  /** Ends its standard input. */
  public void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** Kills it and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
