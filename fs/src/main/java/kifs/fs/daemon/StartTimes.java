package kifs.fs.daemon;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/**
 * How long the daemon's start took, part by part, for the log. To be made as {@code main} begins.
 * Not thread-safe.
 */
public final class StartTimes {
  private final long main = System.nanoTime();
  private long arguments = main;
  private long source = main;

  void argumentsAreRead() {
    arguments = System.nanoTime();
  }

  void sourceIsOpen() {
    source = System.nanoTime();
  }

  /**
   * To be called when the tree answers, in ms: {@code jvm} from the JVM's own beginning until
   * {@code main} runs, {@code arguments} until they are read and the kernel's libraries bound,
   * {@code source} until the kernel source is open, {@code mount} until now.
   */
  @Override
  public String toString() {
    long now = System.nanoTime();
    long whole = ManagementFactory.getRuntimeMXBean().getUptime();
    return String.format(
        "kifs: started in %d ms: jvm=%d arguments=%d source=%d mount=%d",
        whole, whole - ms(main, now), ms(main, arguments), ms(arguments, source), ms(source, now));
  }

  private static long ms(long from, long to) {
    return TimeUnit.NANOSECONDS.toMillis(to - from);
  }
}
