package kifs.kernel.simulated.figures;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The texts of a process, each of any length. Immutable as long as the array isn't changed.
 *
 * @param commandLine the arguments, each with a NUL after it
 * @param executable the path of the executable; null: there is none
 * @param cgroup path from the root of the cgroups
 */
public record ProcessTexts(byte[] commandLine, @Nullable String executable, String cgroup) {
  public static final ProcessTexts NONE = new ProcessTexts(new byte[0], null, "/");

  /**
   * Returns these texts with other arguments.
   *
   * @param arguments separated by blanks
   */
  public ProcessTexts withArguments(String arguments) {
    String line = arguments.isBlank() ? "" : arguments.strip().replaceAll("\\s+", "\0") + "\0";
    return new ProcessTexts(line.getBytes(StandardCharsets.UTF_8), executable, cgroup);
  }

  public ProcessTexts withExecutable(String path) {
    return new ProcessTexts(commandLine, path, cgroup);
  }

  public ProcessTexts withCgroup(String path) {
    return new ProcessTexts(commandLine, executable, path);
  }

  public static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The number of arguments. */
  public int arguments() {
    int count = 0;
    for (byte b : commandLine) {
      count += b == 0 ? 1 : 0;
    }
    return count;
  }
}
