package kifs.fs.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.capture.CaptureSource;
import kifs.kernel.recording.Recording;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.notifier.history.History;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with bulks, whose moments are kernels. The file may be recorded still: then the kernel of
 * the last moment follows it. Thread-safe.
 */
final class Past {
  private static final Logger LOG = LoggerFactory.getLogger(Past.class);

  /** How often the end of the file is looked at, at most. */
  private static final long REFRESH_NS = 250_000_000;

  /** The history of a moment is that of so many moments, because each of them has to be read. */
  private static final int HISTORY_MOMENTS = 60;

  private final Path file;
  private final Recording recording;
  private BulkReader last;
  private int lastIndex;
  private long refreshedNs = System.nanoTime();

  private Past(Path file, Recording recording) throws IOException {
    this.file = file;
    this.recording = recording;
    BulkFormatException problem =
        recording.problem().orElse(new BulkFormatException(0, "empty, so there is no bulk"));
    for (int i = recording.moments().size() - 1; i >= 0; i--) {
      try {
        last = recording.bulk(i);
        lastIndex = i;
        return;
      } catch (BulkFormatException e) {
        problem = e;
      }
    }
    throw new IOException(file + ": " + problem.getMessage());
  }

  /**
   * Opens a file.
   *
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws IOException if it can't be read, or has no bulk
   */
  static Past open(Path file) throws IOException {
    Recording recording = Recording.open(file);
    try {
      return new Past(file, recording);
    } catch (IOException e) {
      recording.close();
      throw e;
    }
  }

  Recording recording() {
    return recording;
  }

  /** The kernel of the last moment. Closing it closes the file. */
  CaptureSource source() {
    List<Recording.Moment> moments = recording.moments();
    String warning =
        "this is the past: %s, %d bulks, %s to %s"
            .formatted(
                file, moments.size(), time(moments.get(0)), time(moments.get(moments.size() - 1)));
    return new CaptureSource(this::last, warning, this::close);
  }

  private static Instant time(Recording.Moment moment) {
    return Instant.ofEpochSecond(0, moment.realtimeNs());
  }

  private synchronized BulkReader last() {
    if (System.nanoTime() - refreshedNs >= REFRESH_NS) {
      refreshedNs = System.nanoTime();
      try {
        recording.refresh();
        int index = recording.moments().size() - 1;
        if (index > lastIndex) {
          last = recording.bulk(index);
          lastIndex = index;
        }
      } catch (IOException | BulkFormatException e) {
        LOG.warn("{}: the last bulk that could be read stays: {}", file, e.getMessage());
      }
    }
    return last;
  }

  /** The index of the last moment. */
  synchronized int lastIndex() {
    return lastIndex;
  }

  /**
   * The kernel of a moment.
   *
   * @throws FsException EIO if the moment can't be read
   */
  CaptureSource at(int index) {
    BulkReader bulk = bulk(index);
    return new CaptureSource(
        () -> bulk,
        "this is the past: " + file + ", " + time(recording.moments().get(index)),
        () -> {});
  }

  private BulkReader bulk(int index) {
    try {
      return recording.bulk(index);
    } catch (IOException | BulkFormatException e) {
      throw new FsException(Errno.EIO, file + ": " + e.getMessage());
    }
  }

  /** The history of the last moment. */
  History history(KernelSource source, ChunkPool pool) {
    return history(lastIndex(), source, pool);
  }

  /** The history of a moment, from the moments before it. */
  History history(int index, KernelSource source, ChunkPool pool) {
    History history = new History(source, intervalNs(index));
    if (history.isOn()) {
      replay(index, history, pool);
    }
    return history;
  }

  /** The usual time between two bulks before a moment, ns: the median. 0 if there is only one. */
  private long intervalNs(int index) {
    List<Recording.Moment> moments = recording.moments();
    List<Long> intervals = new ArrayList<>();
    for (int i = Math.max(1, index - HISTORY_MOMENTS); i <= index; i++) {
      intervals.add(moments.get(i).realtimeNs() - moments.get(i - 1).realtimeNs());
    }
    Collections.sort(intervals);
    return intervals.isEmpty() ? 0 : Math.max(1_000_000, intervals.get(intervals.size() / 2));
  }

  /** Samples the moments before a moment, and the moment itself. */
  private void replay(int index, History history, ChunkPool pool) {
    long boottimeNs = -1;
    for (int i = Math.max(0, index - HISTORY_MOMENTS); i <= index; i++) {
      try {
        CaptureSource source = at(i);
        long nowNs = source.clock().boottimeNs();
        // Before a boot there were other processes.
        if (nowNs > boottimeNs) {
          sample(source, history, pool);
        }
        boottimeNs = nowNs;
      } catch (FsException e) {
        LOG.warn("left out of the history: {}", e.getMessage());
      }
    }
  }

  private static void sample(CaptureSource source, History history, ChunkPool pool) {
    try (BulkBuilder records = new BulkBuilder(pool, History.TYPES)) {
      source.collect(history.query(), records, Cancellation.NEVER);
      history.take(source.clock().boottimeNs(), records);
    }
  }

  private void close() {
    try {
      recording.close();
    } catch (IOException e) {
      LOG.warn("{}: {}", file, e.getMessage());
    }
  }
}
