package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A process that does what it is told, line by line, and answers each line by one: hog, load, or a
 * script. Closing ends it.
 */
final class Helper implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;
  private final OutputStream in;
  private final CompletableFuture<String> err;

  private Helper(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1));
    this.err = Run.read(process.getErrorStream());
  }

  static Helper start(Run run) {
    return new Helper(run.start());
  }

  static Helper hog() {
    Helper hog = start(Run.of(Programs.get("hog").toString()));
    assertEquals("ready " + hog.pid(), hog.line());
    return hog;
  }

  static Helper load(int processes, int threads, int fds) {
    Helper load =
        start(
            Run.of(
                Programs.get("load").toString(),
                Integer.toString(processes),
                Integer.toString(threads),
                Integer.toString(fds)));
    assertEquals("ready " + processes + " " + threads, load.line());
    return load;
  }

  long pid() {
    return process.pid();
  }

  Process process() {
    return process;
  }

  /** The next line that it prints; null at the end. Hanging is cut short by the test's time-out. */
  String line() {
    try {
      String line = out.readLine();
      if (line == null && process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() != 0) {
        throw new AssertionError("ended with " + process.exitValue() + ": " + err.join());
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  void send(String line) {
    try {
      in.write((line + "\n").getBytes(StandardCharsets.ISO_8859_1));
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells a hog to do something, and waits until it has. */
  Helper tell(String line) {
    send(line);
    assertEquals("ok " + line, line());
    return this;
  }

  /** SIGKILL. */
  void kill() {
    process.destroyForcibly();
    await();
  }

  int await() {
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("pid " + pid() + " did not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      // It had ended before.
    }
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
