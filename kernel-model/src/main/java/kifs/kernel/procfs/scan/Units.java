package kifs.kernel.procfs.scan;

/**
 * The units in which the kernel counts figures in /proc.
 *
 * @param tickNs a clock tick (1 / USER_HZ), ns
 * @param pageBytes a page of memory, bytes
 */
public record Units(long tickNs, long pageBytes) {}
