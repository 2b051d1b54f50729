package kifs.fs.cli.command;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says why a command failed. */
final class Failures {
  private Failures() {}

  /** What went wrong. The message of some exceptions is only the name of a file. */
  static String reason(IOException e) {
    if (e instanceof NoSuchFileException) {
      return e.getMessage() + ": no such file";
    }
    if (e instanceof AccessDeniedException) {
      return e.getMessage() + ": permission denied; try sudo";
    }
    return String.valueOf(e.getMessage());
  }
}
