package kifs.fs.root.metrics;

import kifs.fs.access.Viewer;

/** Adds the figures of one kind of thing to the text of {@code metrics}. Thread-safe. */
@FunctionalInterface
public interface Part {
  /**
   * Reads the figures and adds those that the reader may see. A figure that is missing is left out.
   *
   * @param viewer what the reader of the text may see
   * @param top how many things of one kind are chosen by each of the criteria
   */
  void write(Viewer viewer, int top, Exposition out);
}
