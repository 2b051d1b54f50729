package kifs.kernel.procfs.scan;

/**
 * What the kernel's figures are counted in.
 *
 * @param tickNs a clock tick (USER_HZ), ns
 * @param pageBytes a page of memory
 */
public record Units(long tickNs, long pageBytes) {}
