package kifs.fs.cli.command;

import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The clock of this host, and whether somebody asked to stop. Thread-safe. */
final class StoppableClock implements Recorder.Clock {
  private static final long NS_PER_S = 1_000_000_000L;

  private final CountDownLatch stopped = new CountDownLatch(1);

  /**
   * Ends the wait, and all later ones.
   *
   * @return whether it had been stopped before
   */
  boolean stop() {
    boolean wasStopped = stopped.getCount() == 0;
    stopped.countDown();
    return wasStopped;
  }

  @Override
  public long realtimeNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NS_PER_S + now.getNano();
  }

  @Override
  public long monotonicNs() {
    return System.nanoTime();
  }

  @Override
  public boolean await(long ns) {
    try {
      return stopped.await(ns, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
