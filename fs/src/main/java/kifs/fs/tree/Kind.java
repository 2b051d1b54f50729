package kifs.fs.tree;

/** The kinds of node. Every directory listing shows the exact kind. */
public enum Kind {
  DIRECTORY(0040000),
  FILE(0100000),
  LINK(0120000);

  private final int mode;

  Kind(int mode) {
    this.mode = mode;
  }

  /** The file type bits of st_mode. */
  public int mode() {
    return mode;
  }
}
