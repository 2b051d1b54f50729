package kifs.kernel.simulated.figures;

import java.nio.charset.StandardCharsets;

/**
 * The texts of a process, which may have any length.
 *
 * @param commandLine the arguments, each ended by a NUL
 * @param executable null: none
 * @param cgroup path from the root of the cgroups
 */
public record ProcessTexts(byte[] commandLine, String executable, String cgroup) {
  public static final ProcessTexts NONE = new ProcessTexts(new byte[0], null, "/");

  /**
   * A copy with other arguments.
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

  public int arguments() {
    int count = 0;
    for (byte b : commandLine) {
      count += b == 0 ? 1 : 0;
    }
    return count;
  }
}
