package kifs.kernel.source;

/**
 * A process of which a source can't read everything, because a read of its memory waits in the
 * kernel for a lock that is not released. Immutable.
 *
 * @param comm its name, one char a byte
 * @param sinceNs the boot time, in ns, of the first read that waited
 */
public record UnreadableProcess(int pid, String comm, long sinceNs) {}
