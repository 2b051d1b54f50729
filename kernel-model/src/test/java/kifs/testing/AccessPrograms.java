package kifs.testing;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes and callers of test-data/programs/access.py. */
public final class AccessPrograms {
  private AccessPrograms() {}

  private static String script() {
    return Project.PROGRAMS.resolve("access.py").toString();
  }

  /** Starts the processes that are guarded in different ways. */
  public static Program targets() {
    return Program.ready(List.of("python3", script(), "targets"));
  }

  /**
   * Starts the processes that are guarded in different ways.
   *
   * @param secret a file that they have open; they map a memfd of the same name
   */
  public static Program targets(Path secret) {
    // Not as an argument, because every user may see arguments.
    return Program.ready(List.of("env", "KIFS_SECRET=" + secret, "python3", script(), "targets"));
  }

  /** The pids of {@link #targets} by name. */
  public static Map<String, Integer> pids(Program targets) {
    Map<String, Integer> pids = new LinkedHashMap<>();
    for (String line : targets.lines()) {
      String[] words = line.split(" ");
      pids.put(words[0], Integer.parseInt(words[1]));
    }
    return pids;
  }

  /** Starts a caller, which answers one request after another. */
  public static Program caller(String name) {
    return Program.ready(List.of("python3", script(), "ask", name));
  }

  /**
   * What a caller gets.
   *
   * @param request {@code read}, {@code open}, {@code list} or {@code link}, and a path
   * @return {@code ok}, or an errno's name
   */
  public static String ask(Program caller, String request) {
    caller.send(request);
    return String.valueOf(caller.line());
  }
}
