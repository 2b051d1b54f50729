package kifs.fs.daemon;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * Measures the parts of the daemon's start, for the log. It is created when {@code main} begins.
 * Not thread-safe.
 */
public final class StartTimes {
  private final long mainNs = System.nanoTime();
  private long argumentsNs = mainNs;
  private long sourceNs = mainNs;

  void argumentsAreRead() {
    argumentsNs = System.nanoTime();
  }

  void sourceIsOpen() {
    sourceNs = System.nanoTime();
  }

  /**
   * The line for the log, in ms. It is called when the tree answers. {@code jvm} is the time from
   * the start of the JVM until {@code main} runs, {@code arguments} until the arguments are read
   * and the libraries of the sources are bound, {@code source} until the kernel source is open,
   * {@code mount} until now.
   */
  @Override
  public String toString() {
    long now = System.nanoTime();
    long total = ManagementFactory.getRuntimeMXBean().getUptime();
    return String.format(
        "kifs: started in %d ms: jvm=%d arguments=%d source=%d mount=%d",
        total,
        total - ms(mainNs, now),
        ms(mainNs, argumentsNs),
        ms(argumentsNs, sourceNs),
        ms(sourceNs, now));
  }

  private static long ms(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from);
  }
}
