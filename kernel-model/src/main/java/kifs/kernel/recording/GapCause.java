package kifs.kernel.recording;

import java.util.Optional;

/** Why no bulk was taken for a while. The code in the file is one more than the ordinal. */
public enum GapCause {
  /** The recorder was late: the host, or the disk, was busy. */
  LATE,
  /** The mount could not be read. */
  UNREADABLE,
  /** Another daemon serves the mount from now on. */
  RESTARTED;

  int code() {
    return ordinal() + 1;
  }

  /** The cause with a code; empty if a later version has defined it. */
  static Optional<GapCause> of(int code) {
    return code < 1 || code > values().length ? Optional.empty() : Optional.of(values()[code - 1]);
  }
}
