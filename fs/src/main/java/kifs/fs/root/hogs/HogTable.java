package kifs.fs.root.hogs;

import kifs.fs.access.Viewer;

/** Writes a table. Thread-safe. */
@FunctionalInterface
public interface HogTable {
  /**
   * Reads the host.
   *
   * @param viewer what the reader of the table may see
   * @param maxRows maximum number of rows
   * @return one char a byte
   */
  String text(Viewer viewer, int maxRows);
}
