package kifs.fs.cli.command;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.List;
import kifs.testing.Run;

/** Runs commands of {@code kifs} in this JVM. Not thread-safe. */
final class Shell {
  private InputStream in = InputStream.nullInputStream();

  /** The input of the next command. */
  Shell input(byte[] bytes) {
    in = new ByteArrayInputStream(bytes);
    return this;
  }

  Run.Result run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status = Kifs.run(new Streams(in, out, new PrintStream(err, true, ISO_8859_1)), arguments);
    return new Run.Result(
        List.of(arguments), status, out.toString(ISO_8859_1), err.toString(ISO_8859_1));
  }

  /** Runs a command that must refuse its arguments with exactly this message. */
  void misuses(String message, String... arguments) {
    Run.Result result = run(arguments);
    assertEquals(message + "\n", result.err());
    assertEquals("", result.out());
    assertEquals(2, result.status());
  }
}
