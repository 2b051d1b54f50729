package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A command, run to its end. One that doesn't end in time is killed with all that it started, and
 * fails the test.
 */
final class Run {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final List<String> command;
  private final Map<String, String> environment = new TreeMap<>();
  private Duration limit = LIMIT;
  private Path directory = Project.ROOT;

  private Run(List<String> command) {
    this.command = command;
  }

  /**
   * How a command ended.
   *
   * @param status 128 and the signal's number, if it was killed
   * @param out one char a byte
   */
  record Result(List<String> command, int status, String out, String err) {
    Result ok() {
      assertEquals(0, status, this::toString);
      return this;
    }

    /** Ended well, and had nothing to say about it. */
    Result silent() {
      assertEquals("", err, this::toString);
      return ok();
    }

    List<String> lines() {
      return out.lines().toList();
    }

    @Override
    public String toString() {
      return command + " ended with " + status + "\n" + cut(out) + "\n" + cut(err);
    }

    private static String cut(String text) {
      return text.length() <= 4000 ? text : text.substring(0, 4000) + " ...";
    }
  }

  static Run of(String... command) {
    return new Run(List.of(command));
  }

  /** Paths and the like are {@code $1} and so on in the script. */
  static Run bash(String script, Object... arguments) {
    return new Run(concat(Stream.of("bash", "-c", script, "bash"), arguments));
  }

  /** Paths and the like are {@code sys.argv[1]} and so on in the script. */
  static Run python(String script, Object... arguments) {
    return new Run(concat(Stream.of("python3", "-c", script), arguments))
        .with("PYTHONPATH", Project.PYTHON.toString());
  }

  /** A script of src/test/python. */
  static Run pythonFile(String name, Object... arguments) {
    return new Run(
        concat(Stream.of("python3", Project.PYTHON.resolve(name).toString()), arguments));
  }

  private static List<String> concat(Stream<String> command, Object... arguments) {
    return Stream.concat(command, Arrays.stream(arguments).map(Object::toString)).toList();
  }

  Run with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Run in(Path where) {
    directory = where;
    return this;
  }

  Run within(Duration time) {
    limit = time;
    return this;
  }

  Process start() {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Result result() {
    Process process = start();
    CompletableFuture<String> out = read(process.getInputStream());
    CompletableFuture<String> err = read(process.getErrorStream());
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        throw new AssertionError(command + " did not end within " + limit);
      }
      return new Result(command, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + command + " ran", e);
    }
  }

  /** The same, if it ends well. */
  Result ok() {
    return result().ok();
  }

  /** The same, if it ends well and has nothing to complain of. */
  Result silent() {
    return result().silent();
  }

  /** Its output, if it ends well. */
  String out() {
    return ok().out();
  }

  static CompletableFuture<String> read(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1));
              } catch (IOException e) {
                text.completeExceptionally(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return text;
  }
}
