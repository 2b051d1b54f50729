package kifs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs during a test. The test reads its output line by line and can send lines to
 * it. {@link #close} kills the program with all its descendants. One thread may use a program at a
 * time.
 */
public final class Program implements AutoCloseable {
  private static final int LINE_LIMIT_S = 60;
  private static final int END_LIMIT_S = 30;

  /** Stands in the queue for the end of the output. */
  private static final String END = "\0";

  private static final Set<Program> RUNNING = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final List<String> beforeReady = new ArrayList<>();
  private final OutputStream in;
  private final CompletableFuture<String> err;
  private boolean cleansUp;

  /** A program ended before it printed the line {@code ready}. */
  public static final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotReadyException(String message) {
      super(message);
    }
  }

  private Program(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.err = Run.read(process.getErrorStream());
    RUNNING.add(this);
    Thread reader = new Thread(this::readLines);
    reader.setDaemon(true);
    reader.start();
  }

  /** Reads the output on a thread of its own, because a read of a pipe can't be interrupted. */
  private void readLines() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.add(line);
      }
    } catch (IOException e) {
      // The stream was closed, so this is the end as well.
    }
    out.add(END);
  }

  /** Starts a command. */
  public static Program start(Run run) {
    return new Program(run.start());
  }

  /** Starts a command, and waits until it prints the line {@code ready}. */
  public static Program ready(Run run) {
    Program program = start(run);
    try {
      for (String line = program.line(); !"ready".equals(line); line = program.line()) {
        if (line == null) {
          throw new NotReadyException(run + " ended before it was ready: " + program.errorOutput());
        }
        program.beforeReady.add(line);
      }
      return program;
    } catch (NotReadyException | AssertionError e) {
      program.close();
      throw e;
    }
  }

  /** Starts a command, and waits until it prints the line {@code ready}. */
  public static Program ready(List<String> command) {
    return ready(Run.of(command.toArray(String[]::new)));
  }

  /** Starts a program of test-data/programs, and waits until it prints the line {@code ready}. */
  public static Program run(String name, Object... arguments) {
    return run(Programs.get(name), arguments);
  }

  /**
   * Starts a program of test-data/programs under another name, and waits until it prints the line
   * {@code ready}.
   *
   * @param directory where a copy of that name is made
   */
  public static Program runAs(String comm, Path directory, String name, Object... arguments) {
    try {
      Path copy = directory.resolve(comm);
      Files.copy(Programs.get(name), copy, StandardCopyOption.REPLACE_EXISTING);
      return run(copy, arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Program run(Path program, Object... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return ready(command);
  }

  /** Starts a process that uses resources on command, see hog.c. */
  public static Program hog() {
    Program hog = start(Run.of(Programs.get("hog").toString()));
    assertEquals("ready " + hog.pid(), hog.line());
    return hog;
  }

  /** Starts sleeping processes with threads and open files, see load.c. */
  public static Program load(int processes, int threads, int fds) {
    Program load =
        start(
            Run.of(
                Programs.get("load").toString(),
                Integer.toString(processes),
                Integer.toString(threads),
                Integer.toString(fds)));
    assertEquals("ready " + processes + " " + threads, load.line());
    return load;
  }

  /**
   * States that the program cleans up at the end of its input. {@link #close} then waits for at
   * most a second after it has ended the input, before it kills the program.
   */
  public Program cleaningUp() {
    cleansUp = true;
    return this;
  }

  public int pid() {
    return (int) process.pid();
  }

  public Process process() {
    return process;
  }

  /** The lines that the program printed before it was ready. */
  public List<String> lines() {
    return beforeReady;
  }

  /**
   * The next line that the program prints. Null at the end. Fails if none comes within a minute.
   */
  public String line() {
    try {
      String line = out.poll(LINE_LIMIT_S, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("pid " + pid() + " printed nothing for " + LINE_LIMIT_S + " s");
      }
      if (!line.equals(END)) {
        return line;
      }
      out.add(END);
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** All that the program wrote to stderr. Waits until the program has closed it. */
  public String errorOutput() {
    return err.join();
  }

  /** Writes a line to the program's input. */
  public void send(String line) {
    try {
      in.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command to a hog, and waits until the hog has carried it out. */
  public Program command(String line) {
    send(line);
    assertEquals("ok " + line, line());
    return this;
  }

  /** Ends the program's standard input. */
  public void endInput() {
    try {
      in.close();
    } catch (IOException e) {
      // The program has ended before.
    }
  }

  /** Sends SIGKILL and waits until the program has ended. */
  public void kill() {
    process.destroyForcibly();
    await();
  }

  /** Waits until the program has ended, and returns its status. Fails after half a minute. */
  public int await() {
    try {
      if (!process.waitFor(END_LIMIT_S, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("pid " + pid() + " did not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Closes every program that was started and not closed yet. */
  public static void closeAll() {
    closeAllBut(Set.of());
  }

  /** The programs that were started and not closed yet. */
  public static Set<Program> running() {
    return Set.copyOf(RUNNING);
  }

  /**
   * Closes every program that was started and not closed yet. A program that a failed test left
   * running would disturb the next test.
   *
   * @param kept the programs that keep running
   */
  public static void closeAllBut(Set<Program> kept) {
    RUNNING.stream().filter(program -> !kept.contains(program)).forEach(Program::close);
  }

  @Override
  public void close() {
    RUNNING.remove(this);
    List<ProcessHandle> descendants = process.descendants().toList();
    endInput();
    try {
      if (!cleansUp || !process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      process.waitFor(END_LIMIT_S, TimeUnit.SECONDS);
      descendants.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
