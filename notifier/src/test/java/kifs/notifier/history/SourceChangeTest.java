package kifs.notifier.history;

import static kifs.testing.SimulatedRig.MIB;
import static kifs.testing.SimulatedRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import java.util.function.LongUnaryOperator;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ForwardingSource;
import kifs.kernel.source.KernelSource;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.Rig;
import kifs.testing.SimulatedRig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Scores don't jump when a source begins to read in another way, or when a counter wraps. A second
 * history of the same kernel, to which that doesn't happen, has nearly the same scores.
 */
class SourceChangeTest {
  private static final int READY = 1_700;
  private static final int AFTERWARDS = 200;

  /** A jiffy, by which /proc rounds times. */
  private static final long JIFFY_NS = 10_000_000;

  /** Changes the counters of all records. */
  private static final class ChangingSource extends ForwardingSource {
    private volatile Map<String, String> parts = Map.of("threads", "bpf");
    private volatile LongUnaryOperator runtime = value -> value;
    private volatile LongUnaryOperator faults = value -> value;

    ChangingSource(KernelSource kernel) {
      super(kernel);
    }

    @Override
    public Map<String, String> parts() {
      return parts;
    }

    @Override
    public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
      super.collect(query, into, cancellation);
      change(query, ProcessRecord.TYPE, ProcessRecord.RUNTIME, ProcessRecord.MINOR_FAULTS, into);
      change(query, ThreadRecord.TYPE, ThreadRecord.RUNTIME, ThreadRecord.MINOR_FAULTS, into);
    }

    private void change(
        Query query, RecordType type, Field time, Field count, BulkBuilder records) {
      if (query.wants(type)) {
        records.forEach(
            type,
            record -> {
              set(record, time, runtime);
              set(record, count, faults);
            });
      }
    }

    private static void set(Record record, Field field, LongUnaryOperator change) {
      if (record.has(field)) {
        record.set(field, change.applyAsLong(record.get(field)));
      }
    }
  }

  private final SimulatedRig rig = new SimulatedRig();
  private final ChangingSource changing = new ChangingSource(rig.kernel);
  private final History steady = new History(rig.kernel, SECOND);
  private final History changed = new History(changing, SECOND);
  private final Notifier steadyNotifier = notifier(steady);
  private final Notifier changedNotifier = notifier(changed);
  private final Random random = new Random(3);
  private final SimulatedProcess process = rig.kernel.spawn("busy").rss(50 * MIB).threads(3);

  private Notifier notifier(History history) {
    return Notifier.manual(history.over(), rig.pool, Rig::name, NotifierOptions.DEFAULT, history);
  }

  @AfterEach
  void close() {
    steadyNotifier.close();
    changedNotifier.close();
    rig.close();
  }

  private void live(int seconds) {
    for (int i = 0; i < seconds; i++) {
      process.cpu(3 + 9 * random.nextDouble()).faults(2000 + random.nextInt(1000), 0);
      second();
    }
  }

  private void second() {
    steadyNotifier.turn();
    changedNotifier.turn();
    rig.clock.advance(SECOND);
  }

  private double score(History history) {
    return history.oddity(process.pid(), 0, false).map(Oddity::score).orElse(0.0);
  }

  private double threadScore(History history) {
    return history.oddity(process.pid(), process.pid(), false).map(Oddity::score).orElse(0.0);
  }

  /** After a change the scores of both histories stay near each other, and none is unusual. */
  private void assertNoJump(Runnable change) {
    live(READY);
    assertEquals(score(steady), score(changed), 0.01);
    change.run();
    for (int i = 0; i < AFTERWARDS; i++) {
      live(1);
      assertTrue(score(changed) < 6, "score " + score(changed) + " after " + i + " s");
      assertEquals(score(steady), score(changed), 1, "after " + i + " s");
      assertEquals(threadScore(steady), threadScore(changed), 1, "thread, after " + i + " s");
    }
    // The history goes on to find what is unusual.
    process.cpu(97);
    for (int i = 0; i < 10; i++) {
      second();
    }
    assertTrue(score(changed) > 6, "score " + score(changed));
  }

  @Test
  void aFallBackFromBpfToProcIsNoJump() {
    assertNoJump(
        () -> {
          changing.parts = Map.of("threads", "procfs");
          // In /proc times are rounded, and this counter has counted more from the beginning.
          changing.runtime = value -> value / JIFFY_NS * JIFFY_NS;
          changing.faults = value -> value + 5_000_000;
        });
  }

  @Test
  void theWayBackToBpfIsNoJump() {
    changing.parts = Map.of("threads", "procfs");
    changing.runtime = value -> value / JIFFY_NS * JIFFY_NS + 20 * SECOND;
    assertNoJump(
        () -> {
          changing.parts = Map.of("threads", "bpf");
          changing.runtime = value -> value + 60 * SECOND;
        });
  }

  @Test
  void aCounterThatWrapsIsNoJump() {
    long wrap = 1L << 32;
    long before = wrap - 2_500L * (READY + 20);
    changing.faults = value -> (value + before) % wrap;
    assertNoJump(() -> {});
  }

  @Test
  void aCounterThatBeginsAnewIsNoJump() {
    assertNoJump(
        () -> {
          changing.runtime = value -> Math.max(0, value - 100 * SECOND);
          changing.faults = value -> Math.max(0, value - 3_000_000);
        });
  }
}
