package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A process that does what it is told, line by line, and answers each line by one: hog, load, or a
 * script. Closing ends it.
 */
final class Helper implements AutoCloseable {
  private static final int LONGEST_S = 40;
  private static final String END = "\0";

  private static final Set<Helper> RUNNING = ConcurrentHashMap.newKeySet();

  private final Process process;
  private final BlockingQueue<String> out = new LinkedBlockingQueue<>();
  private final OutputStream in;
  private final CompletableFuture<String> err;

  private Helper(Process process) {
    this.process = process;
    this.in = process.getOutputStream();
    this.err = Run.read(process.getErrorStream());
    RUNNING.add(this);
    Thread reader = new Thread(this::readLines);
    reader.setDaemon(true);
    reader.start();
  }

  /** On a thread of its own: a read of a pipe can't be given up. */
  private void readLines() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.ISO_8859_1))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        out.add(line);
      }
    } catch (IOException e) {
      // It was closed: that is the end too.
    }
    out.add(END);
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

  /** The next line that it prints; null at the end. */
  String line() {
    try {
      String line = out.poll(LONGEST_S, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError("pid " + pid() + " said nothing for " + LONGEST_S + " s");
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

  /** What it complained of; it must have ended. */
  String complaints() {
    return err.join();
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

  /** Those of a test that failed too: who isn't ended would disturb the next one. */
  static void endAll() {
    RUNNING.forEach(Helper::close);
  }

  @Override
  public void close() {
    RUNNING.remove(this);
    try {
      in.close();
    } catch (IOException e) {
      // It had ended before.
    }
    List<ProcessHandle> children = process.descendants().toList();
    try {
      // Who waits for an event doesn't see the end of stdin.
      if (!process.waitFor(1, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      process.waitFor();
      children.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
