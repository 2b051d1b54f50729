package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;

/**
 * The texts of a process, which may have any length.
 *
 * @param commandLine the arguments, each ended by a NUL
 * @param executable null: none
 * @param cgroup path from the root of the cgroups
 */
record Text(byte[] commandLine, String executable, String cgroup) {
  static final Text NONE = new Text(new byte[0], null, "/");

  /**
   * A copy with other arguments.
   *
   * @param arguments separated by blanks
   */
  Text withArguments(String arguments) {
    String line = arguments.isBlank() ? "" : arguments.strip().replaceAll("\\s+", "\0") + "\0";
    return new Text(line.getBytes(StandardCharsets.UTF_8), executable, cgroup);
  }

  Text withExecutable(String path) {
    return new Text(commandLine, path, cgroup);
  }

  Text withCgroup(String path) {
    return new Text(commandLine, executable, path);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  int arguments() {
    int count = 0;
    for (byte b : commandLine) {
      count += b == 0 ? 1 : 0;
    }
    return count;
  }
}
