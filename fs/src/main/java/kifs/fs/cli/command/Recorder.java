package kifs.fs.cli.command;

import java.io.IOException;
import java.util.Optional;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.recording.GapCause;
import kifs.kernel.recording.Recording;
import org.jspecify.annotations.Nullable;

/** Takes bulks at an interval until the clock says that it shall stop. Not thread-safe. */
final class Recorder {
  /** Where bulks come from. */
  interface Source {
    /**
     * A bulk, which doesn't change afterwards.
     *
     * @throws IOException if none can be had now; a later call may succeed
     */
    byte[] read() throws IOException;

    /** What distinguishes the daemon that gave the last bulk from others. */
    long daemon();
  }

  /** The time, and when to stop. */
  interface Clock {
    long realtimeNs();

    /** A time that nobody sets, ns. */
    long monotonicNs();

    /**
     * Waits.
     *
     * @return whether the recorder shall stop
     */
    boolean await(long ns);
  }

  /** What is told of the progress. */
  interface Progress {
    void recorded(long bulks, long bytes);

    void note(String message);
  }

  private final Rotation rotation;
  private final long everyNs;
  private final Source source;
  private final Clock clock;
  private final Progress progress;

  private long bulks;
  private long lastDaemon;

  /** When the last bulk was taken, by both clocks. */
  private long lastRealtimeNs;

  private long lastNs;

  /** Why bulks are missing since the last one; null: none are. */
  private @Nullable GapCause gap;

  private boolean fails;

  Recorder(Rotation rotation, long everyNs, Source source, Clock clock, Progress progress) {
    this.rotation = rotation;
    this.everyNs = everyNs;
    this.source = source;
    this.clock = clock;
    this.progress = progress;
  }

  /** The number of bulks that were recorded. */
  long bulks() {
    return bulks;
  }

  /**
   * Records until it shall stop, or for a time.
   *
   * @param first the first bulk
   * @return whether the last bulk could be taken
   * @throws BulkFormatException if the first bulk is wrong
   * @throws IOException if the file can't be written
   */
  boolean record(byte[] first, long forNs) throws IOException, BulkFormatException {
    long start = clock.monotonicNs();
    lastDaemon = source.daemon();
    append(first, clock.realtimeNs(), start);
    for (long next = everyNs; next < forNs; next += everyNs) {
      if (clock.await(Math.max(0, start + next - clock.monotonicNs()))) {
        break;
      }
      long lateNs = clock.monotonicNs() - start - next;
      if (lateNs >= everyNs) {
        // The bulks that were due meanwhile are missing.
        beginGap(GapCause.LATE);
        next += lateNs / everyNs * everyNs;
      }
      rotation.rotate(clock.realtimeNs());
      take();
    }
    Optional<Recording.Gap> last = gap(clock.monotonicNs());
    if (last.isPresent()) {
      rotation.writer().append(last.get());
    }
    return !fails;
  }

  private void take() throws IOException {
    long realtimeNs = clock.realtimeNs();
    long nowNs = clock.monotonicNs();
    byte[] bulk;
    try {
      bulk = source.read();
    } catch (IOException e) {
      fail(Failures.reason(e));
      return;
    }
    if (source.daemon() != lastDaemon) {
      lastDaemon = source.daemon();
      gap = GapCause.RESTARTED;
    }
    try {
      append(bulk, realtimeNs, nowNs);
      if (fails) {
        progress.note("recording again");
      }
      fails = false;
    } catch (BulkFormatException e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void append(byte[] bulk, long realtimeNs, long nowNs)
      throws IOException, BulkFormatException {
    rotation.writer().append(bulk, gap(nowNs));
    gap = null;
    bulks++;
    lastRealtimeNs = realtimeNs;
    lastNs = nowNs;
    progress.recorded(bulks, rotation.bytes());
  }

  private void fail(String reason) {
    if (!fails) {
      progress.note(reason + "; trying again until it works");
      beginGap(GapCause.UNREADABLE);
    }
    fails = true;
  }

  private void beginGap(GapCause cause) {
    gap = gap == null ? cause : gap;
  }

  /** The gap from the last bulk to a time, if there is one. */
  private Optional<Recording.Gap> gap(long nowNs) {
    return gap == null
        ? Optional.empty()
        : Optional.of(new Recording.Gap(Optional.of(gap), lastRealtimeNs, nowNs - lastNs));
  }
}
