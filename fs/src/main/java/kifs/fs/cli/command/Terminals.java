package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a command runs on a terminal. Stateless. */
final class Terminals {
  static final int STDERR = 2;

  private Terminals() {}

  /**
   * Whether a descriptor of this process is a terminal. {@code System.console()} is about input and
   * output together, and depends on the version of Java.
   */
  static boolean isTerminal(int descriptor) {
    try {
      Path device = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return device.startsWith("/dev/pts")
          || String.valueOf(device.getFileName()).startsWith("tty")
          || device.endsWith("console");
    } catch (IOException e) {
      return false;
    }
  }
}
