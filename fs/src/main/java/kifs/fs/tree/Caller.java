package kifs.fs.tree;

/**
 * The client that makes a request. Immutable.
 *
 * @param uid file-system user id
 * @param gid file-system group id
 * @param tid the thread that made the call, which need not be the main thread of its process
 */
public record Caller(long uid, long gid, int tid) {}
