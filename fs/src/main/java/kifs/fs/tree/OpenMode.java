package kifs.fs.tree;

/**
 * How a file is opened.
 *
 * @param nonBlocking O_NONBLOCK
 * @param writing O_WRONLY or O_RDWR
 */
public record OpenMode(boolean nonBlocking, boolean writing) {}
