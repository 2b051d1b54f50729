package kifs.fs.root.hogs;

import kifs.fs.access.Viewer;

/** Writes a table of {@code hogs/}. Thread-safe. */
@FunctionalInterface
interface HogTable {
  /** Rows of a table. What is further down is no hog. */
  int MAX_ROWS = 100;

  /**
   * Reads the host.
   *
   * @param viewer what the reader of the table may see
   * @return one char a byte
   */
  String text(Viewer viewer);
}
