package kifs.kernel.recording;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.Cancellation;
import kifs.testing.Bulks;

/** Bulks of a simulated host on which processes come and go, and a recording of them. */
final class RecordedStorm {
  static final long SECOND = 1_000_000_000L;

  private static final List<RecordType> TYPES =
      List.of(
          TextRecord.TYPE,
          SystemRecord.TYPE,
          ProcessRecord.TYPE,
          ThreadRecord.TYPE,
          CommandRecord.TYPE,
          FdRecord.TYPE);

  final List<byte[]> bulks = new ArrayList<>();
  final ByteArrayOutputStream file = new ByteArrayOutputStream();
  final RecordingWriter writer = new RecordingWriter(file);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);
  private final ChunkPool pool = new ChunkPool(1L << 28, 0);
  private final Random random;
  private final List<SimulatedProcess> running = new ArrayList<>();
  private long sequence;

  /**
   * @param processes how many run at first
   */
  RecordedStorm(int processes, long seed) {
    random = new Random(seed);
    for (int i = 0; i < processes; i++) {
      spawn();
    }
  }

  private void spawn() {
    String name = "p" + random.nextInt(1000);
    SimulatedProcess process = kernel.spawn(name).threads(1 + random.nextInt(4));
    process.executable("/usr/bin/" + name + "x".repeat(random.nextInt(60)));
    process.rss(random.nextInt(1 << 30)).cpu(random.nextInt(3) * 20);
    running.add(process);
  }

  /** A second passes, in which so many processes end and others begin. */
  void advance(int changes) {
    clock.advance(SECOND);
    for (int i = 0; i < changes; i++) {
      if (!running.isEmpty()) {
        running.remove(random.nextInt(running.size())).exit(0);
      }
      spawn();
    }
    if (!running.isEmpty()) {
      running.get(random.nextInt(running.size())).rss(random.nextInt(1 << 30));
    }
  }

  /** The bulk of the present. */
  byte[] bulk() {
    try (BulkBuilder builder = new BulkBuilder(pool, TYPES)) {
      kernel.collect(Query.of(TYPES.subList(1, TYPES.size())), builder, Cancellation.NEVER);
      sequence++;
      Origin origin =
          new Origin(4, sequence, clock.realtimeNs(), clock.boottimeNs(), kernel.host());
      try (Bulk bulk = builder.finish(origin, 7)) {
        return Bulks.bytes(bulk);
      }
    }
  }

  /** Records the present. */
  void record() throws IOException, BulkFormatException {
    record(Optional.empty());
  }

  void record(Optional<Recording.Gap> gap) throws IOException, BulkFormatException {
    byte[] bulk = bulk();
    bulks.add(bulk);
    writer.append(bulk, gap);
  }

  long realtimeNs() {
    return clock.realtimeNs();
  }
}
