package kifs.fs.tree;

/**
 * Who asks.
 *
 * @param uid file-system user id
 * @param gid file-system group id
 * @param tid the thread that made the call, not always the first of its process
 */
public record Caller(long uid, long gid, int tid) {}
