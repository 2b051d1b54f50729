package kifs.fs.tree;

/**
 * What the kernel and clients hold of a served tree. Immutable.
 *
 * @param names names of the tree that the kernel remembers now, about
 * @param maxNames the number of names from which on the kernel remembers no further ones below
 *     entities
 * @param files open files of all users but root
 * @param maxFiles the maximum of {@code files}
 * @param maxFilesOfUser the maximum of open files of one user
 */
public record Usage(long names, long maxNames, int files, int maxFiles, int maxFilesOfUser) {
  /** The usage before the tree is served. */
  public static final Usage NONE = new Usage(0, 0, 0, 0, 0);
}
