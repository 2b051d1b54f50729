package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.FollowingClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import kifs.testing.LoggedErrors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads subscribe, wait, read and close, while processes begin and end. */
class StressTest {
  private static final long LASTS_NS = 2_500_000_000L;
  private static final int PIDS = 12;
  private static final List<String> OF_PROCESSES =
      List.of(
          "rss/above/5",
          "rss/rises/5,clear=3",
          "rss/changes/any",
          "cpu/above/50,over=100ms",
          "cpu/below/50,for=10ms",
          "blocked/above/1ms",
          "exit/occurs/any");
  private static final List<String> OF_THREADS =
      List.of("cpu/above/50,over=50ms", "cpu/changes/5,over=50ms", "cpu/falls/20");

  private final SimulatedKernel kernel =
      new SimulatedKernel(new FollowingClock(1_000_000_000_000L, 0));
  private final CountingSource source = new CountingSource(kernel);
  private final ChunkPool pool = new ChunkPool(64L << 20, 4L << 20);
  private final LoggedErrors errors = new LoggedErrors();
  private final Notifier notifier =
      Notifier.start(source, pool, Rig::name, new NotifierOptions(Rig.MS, 60, 60));
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicLong events = new AtomicLong();
  private final AtomicLong woken = new AtomicLong();
  private final long endNs = System.nanoTime() + LASTS_NS;

  private interface Step {
    void run() throws Exception;
  }

  private Thread repeat(Step step) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.nanoTime() < endNs && failure.get() == null) {
                  step.run();
                }
              } catch (Exception | AssertionError e) {
                failure.compareAndSet(null, e);
              }
            });
    thread.start();
    return thread;
  }

  @Test
  @Timeout(30)
  void nothingFailsHangsOrLeaks() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Random world = new Random(1);
    SimulatedProcess[] processes = new SimulatedProcess[PIDS];
    threads.add(repeat(() -> live(world, processes)));
    for (int i = 0; i < 4; i++) {
      Random random = new Random(i + 2);
      ArrayDeque<Subscription> open = new ArrayDeque<>();
      threads.add(repeat(() -> wait(random, open)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
    assertTrue(events.get() > 100, "events: " + events);
    assertTrue(woken.get() > 100, "woken: " + woken);
    notifier.close();
    assertEquals(0, notifier.status().waiters());
    assertEquals(0, notifier.status().conditions());
    assertEquals(0, source.openRefs());
    assertEquals(0, source.openWatches());
    assertEquals(0, source.closedTwice());
    assertEquals(0, pool.lentBytes());
    errors.close();
  }

  private void live(Random random, SimulatedProcess[] processes) throws InterruptedException {
    int which = random.nextInt(PIDS);
    SimulatedProcess process = processes[which];
    int what = random.nextInt(6);
    if (process == null) {
      processes[which] = kernel.spawn(1000 + 10 * which, "p" + which);
    } else if (what == 0) {
      process.exit(what);
      processes[which] = null;
    } else if (what == 1) {
      kernel.crowd(2, 5000, 2, "crowd").exit(0);
    } else if (what == 2) {
      process.cpu(random.nextInt(101)).threads(1 + random.nextInt(3));
    } else {
      process.rss(random.nextInt(10));
    }
    if (random.nextInt(200) == 0) {
      kernel.withEvents(random.nextBoolean(), random.nextBoolean());
    }
    Thread.sleep(0, 200_000);
  }

  private void wait(Random random, ArrayDeque<Subscription> open) throws Exception {
    if (open.size() < 20 && random.nextInt(3) > 0) {
      Subscription subscription = subscribe(random);
      if (subscription != null) {
        subscription.onReady(woken::incrementAndGet);
        open.add(subscription);
      }
    } else if (!open.isEmpty()) {
      Subscription subscription = open.poll();
      long seq = 0;
      for (String line = subscription.poll(4096); line != null; line = subscription.poll(4096)) {
        Map<String, String> event = Rig.parsed(line);
        seq += 1 + Long.parseLong(event.get("lost"));
        assertEquals(Long.toString(seq), event.get("seq"));
        events.incrementAndGet();
      }
      subscription.close();
      if (random.nextBoolean()) {
        subscription.close();
      }
    }
    if (random.nextInt(4) == 0) {
      Thread.sleep(1);
    }
    if (System.nanoTime() > endNs - 50_000_000) {
      open.forEach(Subscription::close);
      open.clear();
    }
    assertNull(failure.get());
  }

  private Subscription subscribe(Random random) {
    Scope scope = scope(random);
    if (scope == null) {
      return null;
    }
    boolean ofProcesses = scope.kind() == EntityKind.PROCESS;
    List<String> paths = ofProcesses ? OF_PROCESSES : OF_THREADS;
    String path = paths.get(random.nextInt(paths.size()));
    boolean sum = scope.range() == Scope.Range.SUM;
    Condition condition = Rig.condition(scope, sum ? "cpu/above/50,over=20ms" : path);
    try {
      return notifier.subscribe(scope, condition, 0);
    } catch (EntityVanishedException | TooManyWaitersException | NotReportedException e) {
      return null;
    }
  }

  private Scope scope(Random random) {
    int which = random.nextInt(8);
    if (which == 0) {
      return Scopes.eachProcess();
    } else if (which == 1) {
      return Scopes.allProcesses();
    } else if (which == 2) {
      return Scopes.system();
    }
    ProcessRef process = source.process(1000 + 10 * random.nextInt(PIDS)).orElse(null);
    if (process == null) {
      return null;
    } else if (which == 3) {
      return Scopes.eachThread(process);
    } else if (which == 4) {
      return Scopes.allThreads(process);
    } else if (which == 5) {
      Optional<ThreadRef> thread = process.thread(process.pid());
      if (thread.isEmpty()) {
        process.close();
        return null;
      }
      return Scopes.thread(process, thread.get());
    }
    return Scopes.process(process);
  }
}
