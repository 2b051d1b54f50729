package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds why a name below {@code notify/} was refused. Stateless. */
final class RefusalReason {
  private static final String NOTIFY = "/notify/";
  private static final String REASON = " reason=";

  private RefusalReason() {}

  /**
   * Finds the reason. The thread that used the name calls this method, because the file {@code
   * errors} of the tree names the thread in each line.
   *
   * @return empty: the reason isn't known
   */
  static Optional<String> of(String name) {
    int notify = name.indexOf(NOTIFY);
    if (notify < 0) {
      return Optional.empty();
    }
    String entity = name.substring(0, notify);
    if (!Files.exists(Path.of(entity))) {
      return Optional.of("there is no " + entity);
    }
    try {
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Path errors = Path.of(entity + NOTIFY + "errors");
      return of(
          Files.readAllLines(errors, StandardCharsets.ISO_8859_1), thread.getFileName().toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Finds the reason in the last line of a thread.
   *
   * @param errors the lines of {@code errors}
   */
  static Optional<String> of(List<String> errors, String tid) {
    return errors.stream()
        .filter(line -> line.contains(" tid=" + tid + " ") && line.contains(REASON))
        .reduce((earlier, later) -> later)
        .map(line -> line.substring(line.indexOf(REASON) + REASON.length()));
  }
}
