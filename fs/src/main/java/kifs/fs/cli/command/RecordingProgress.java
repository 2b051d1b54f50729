package kifs.fs.cli.command;

import java.io.PrintStream;

/** Tells how far a recording is: always its troubles, and on a terminal each bulk in one line. */
final class RecordingProgress implements Recorder.Progress {
  private final PrintStream err;
  private final boolean isTerminal;
  private boolean isInLine;

  RecordingProgress(PrintStream err, boolean isTerminal) {
    this.err = err;
    this.isTerminal = isTerminal;
  }

  @Override
  public void recorded(long bulks, long bytes) {
    if (isTerminal) {
      err.printf("\r%d bulks, %d KiB; Ctrl-C ends it", bulks, bytes + 1023 >> 10);
      err.flush();
      isInLine = true;
    }
  }

  @Override
  public void note(String message) {
    end();
    err.println("kifs record: " + message);
  }

  /** Ends the line of the bulks. */
  void end() {
    if (isInLine) {
      err.println();
      isInLine = false;
    }
  }
}
