package kifs.fs.cli.command;

/** A command can't do what it was asked for. The message says why, and what to do. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status the exit status
   */
  CommandException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
