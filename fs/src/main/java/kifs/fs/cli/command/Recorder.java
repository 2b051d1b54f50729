package kifs.fs.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kifs.kernel.bulk.BulkFormatException;

/**
 * Takes bulks at an interval until it is stopped. {@link #stop} may be called by any thread; all
 * else is for one thread.
 */
final class Recorder {
  /** Where bulks come from. */
  interface Source {
    byte[] read() throws IOException;
  }

  private final Rotation rotation;
  private final long everyNs;
  private final Source source;
  private final PrintStream err;
  private final CountDownLatch stopped = new CountDownLatch(1);

  private long bulks;

  /** When the present gap began, by both clocks; 0 and 0 if there is none. */
  private long gapRealtimeNs;

  private long gapSinceNs;
  private boolean fails;

  Recorder(Rotation rotation, long everyNs, Source source, PrintStream err) {
    this.rotation = rotation;
    this.everyNs = everyNs;
    this.source = source;
    this.err = err;
  }

  /** The number of bulks that were recorded. */
  long bulks() {
    return bulks;
  }

  /** Ends {@link #record} after the bulk that is being taken. */
  void stop() {
    stopped.countDown();
  }

  /**
   * Records until it is stopped, or for a time.
   *
   * @param first the first bulk
   * @return whether the last bulk could be taken
   * @throws BulkFormatException if the first bulk is wrong
   */
  boolean record(byte[] first, long forNs) throws IOException, BulkFormatException {
    rotation.writer().append(first);
    bulks++;
    long start = System.nanoTime();
    long next = everyNs;
    while (next < forNs && !isStopped(start + next - System.nanoTime())) {
      long late = System.nanoTime() - start - next;
      if (late >= everyNs) {
        // The samples that this one is too late for are missing.
        beginGap(late);
        next += late / everyNs * everyNs;
      }
      rotation.rotate(nowNs(Instant.now()));
      take();
      next += everyNs;
    }
    if (gapRealtimeNs != 0) {
      endGap();
    }
    return !fails;
  }

  private boolean isStopped(long waitNs) {
    try {
      return stopped.await(Math.max(0, waitNs), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void take() throws IOException {
    byte[] bulk;
    try {
      bulk = source.read();
    } catch (IOException e) {
      fail(Kifs.reason(e));
      return;
    }
    if (gapRealtimeNs != 0) {
      endGap();
    }
    try {
      rotation.writer().append(bulk);
      bulks++;
      if (fails) {
        err.println("kifs record: recording again");
      }
      fails = false;
    } catch (BulkFormatException e) {
      fail(e.getMessage());
    }
  }

  private void fail(String reason) {
    if (!fails) {
      err.println("kifs record: " + reason + "; trying again until it works");
      beginGap(0);
    }
    fails = true;
  }

  private void beginGap(long beforeNs) {
    if (gapRealtimeNs == 0) {
      gapRealtimeNs = nowNs(Instant.now()) - beforeNs;
      gapSinceNs = System.nanoTime() - beforeNs;
    }
  }

  private void endGap() throws IOException {
    rotation.writer().gap(gapRealtimeNs, System.nanoTime() - gapSinceNs);
    gapRealtimeNs = 0;
  }

  static long nowNs(Instant now) {
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }
}
