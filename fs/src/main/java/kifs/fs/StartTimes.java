package kifs.fs;

import java.time.Duration;
import java.time.Instant;

/** How long the daemon's start took, part by part, for the log. Not thread-safe. */
final class StartTimes {
  private final Instant main = Instant.now();
  private Instant source = main;

  void sourceIsOpen() {
    source = Instant.now();
  }

  /**
   * To be called when the tree answers: {@code jvm} until {@link Main} runs (the kernel knows when
   * the process began to a hundredth of a second), {@code source} until the kernel source is open,
   * {@code mount} until now.
   */
  @Override
  public String toString() {
    Instant now = Instant.now();
    Instant began = ProcessHandle.current().info().startInstant().orElse(main);
    return String.format(
        "kifs: started in %d ms: jvm=%d source=%d mount=%d",
        ms(began, now), ms(began, main), ms(main, source), ms(source, now));
  }

  private static long ms(Instant from, Instant to) {
    return Duration.between(from, to).toMillis();
  }
}
