package kifs.testing;

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
 * A command to run, in the root of the source tree unless {@link #in} names another directory. A
 * command that doesn't end in time is killed with all its descendants, and the test fails. Not
 * thread-safe.
 */
public final class Run {
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
   * @param status the exit status; 128 plus the signal's number if a signal ended the command
   * @param out the output, decoded as ISO 8859-1: one char for each byte
   * @param err the error output, decoded in the same way
   */
  public record Result(List<String> command, int status, String out, String err) {
    /** This result; fails unless the status is 0. */
    public Result ok() {
      assertEquals(0, status, this::toString);
      return this;
    }

    /** This result; fails unless the status is 0 and nothing was written to stderr. */
    public Result silent() {
      assertEquals("", err, this::toString);
      return ok();
    }

    public List<String> lines() {
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

  /** The command can't be started, most often because there is no such program. */
  public static final class NotFoundException extends UncheckedIOException {
    private static final long serialVersionUID = 1L;

    NotFoundException(IOException cause) {
      super(cause);
    }
  }

  /** A command by its program and arguments. */
  public static Run of(String... command) {
    return new Run(List.of(command));
  }

  /** A bash script. The arguments are {@code $1} and so on in the script. */
  public static Run bash(String script, Object... arguments) {
    return new Run(concat(Stream.of("bash", "-c", script, "bash"), arguments));
  }

  /** A Python script. The arguments are {@code sys.argv[1]} and so on in the script. */
  public static Run python(String script, Object... arguments) {
    return new Run(concat(Stream.of("python3", "-c", script), arguments))
        .with("PYTHONPATH", Project.PYTHON.toString());
  }

  /** A script of fs/src/test/python. */
  public static Run pythonFile(String name, Object... arguments) {
    return new Run(
        concat(Stream.of("python3", Project.PYTHON.resolve(name).toString()), arguments));
  }

  private static List<String> concat(Stream<String> command, Object... arguments) {
    return Stream.concat(command, Arrays.stream(arguments).map(Object::toString)).toList();
  }

  /** Sets an environment variable of the command. */
  public Run with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** Sets the working directory. */
  public Run in(Path where) {
    directory = where;
    return this;
  }

  /** Sets the time within which the command must end; 90 s by default. */
  public Run within(Duration time) {
    limit = time;
    return this;
  }

  /** Starts the command. The caller must read its output. */
  public Process start() {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().putAll(environment);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new NotFoundException(e);
    }
  }

  /** Runs the command to its end. */
  public Result result() {
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

  /** Runs the command to its end; fails unless the status is 0. */
  public Result ok() {
    return result().ok();
  }

  /** Runs the command to its end; fails unless the status is 0 and stderr is empty. */
  public Result silent() {
    return result().silent();
  }

  /** Runs the command to its end and returns its output; fails unless the status is 0. */
  public String out() {
    return ok().out();
  }

  /** Reads a stream to its end on a thread of its own. Decodes it as ISO 8859-1. */
  public static CompletableFuture<String> read(InputStream stream) {
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

  @Override
  public String toString() {
    return command.toString();
  }
}
