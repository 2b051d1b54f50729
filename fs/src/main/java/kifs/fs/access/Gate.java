package kifs.fs.access;

import kifs.kernel.record.Guard;

/** Decides whether a client may now see what has a guard, of one entity or of all of them. */
@FunctionalInterface
public interface Gate {
  /** The gate of what is about all processes. */
  Gate OF_ALL = Viewer::sees;

  /**
   * The gate of what is about any entity. Everybody may open it, and gets only what is about
   * entities that he sees.
   */
  Gate OF_ANY = (viewer, guard) -> true;

  boolean admits(Viewer viewer, Guard guard);
}
