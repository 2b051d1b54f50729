package kifs.fs.tree;

/**
 * The flags of open(2) that matter to nodes. Immutable.
 *
 * @param nonBlocking O_NONBLOCK
 * @param writing O_WRONLY or O_RDWR
 */
public record OpenMode(boolean nonBlocking, boolean writing) {}
