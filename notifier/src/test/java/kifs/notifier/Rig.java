package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.condition.BadValueException;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.condition.Predicate;
import kifs.notifier.condition.UnknownNameException;
import kifs.notifier.entity.EntityId;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.metric.Metric;
import kifs.notifier.waiting.Subscription;
import kifs.testing.EventLine;
import kifs.testing.SimulatedRig;

/**
 * A simulated kernel on a virtual clock, and a notifier whose turns the test runs when they are
 * due. Not thread-safe.
 */
public final class Rig extends SimulatedRig {
  public static final long TICK = NotifierOptions.DEFAULT.minTickNs();

  public final CountingSource source = new CountingSource(kernel);
  public final Notifier notifier;

  public Rig() {
    this(NotifierOptions.DEFAULT);
  }

  public Rig(NotifierOptions options) {
    notifier = Notifier.manual(source, pool, Rig::name, options);
  }

  public Scope process(SimulatedProcess process) {
    return Scopes.process(ref(process));
  }

  Scope thread(SimulatedProcess process, int tid) {
    ProcessRef ref = ref(process);
    return Scopes.thread(ref, ref.thread(tid).orElseThrow());
  }

  Scope eachThread(SimulatedProcess process) {
    return Scopes.eachThread(ref(process));
  }

  Scope allThreads(SimulatedProcess process) {
    return Scopes.allThreads(ref(process));
  }

  private ProcessRef ref(SimulatedProcess process) {
    return source.process(process.pid()).orElseThrow();
  }

  /** Names entities for events; no two have the same name. */
  public static String name(EntityId entity) {
    String sum = entity.isSum() ? "sum" : null;
    return switch (entity.kind()) {
      case SYSTEM, LOCKS -> entity.kind().toString();
      case PROCESS -> "processes/" + (sum == null ? entity.pid() : sum);
      case THREAD -> "processes/" + entity.pid() + "/threads/" + (sum == null ? entity.tid() : sum);
      case SHM -> "shm/" + (sum == null ? entity.id() : sum);
      case CGROUP -> "cgroups/" + (sum == null ? entity.id() : sum);
    };
  }

  public static Condition condition(Scope scope, String path) {
    String[] words = path.split("/", 3);
    try {
      Metric metric =
          ConditionParser.metric(scope.kind(), scope.range() == Scope.Range.SUM, words[0]);
      Predicate predicate = ConditionParser.predicate(metric, words[1]);
      return ConditionParser.request(metric, predicate, words[2]).condition();
    } catch (UnknownNameException | BadValueException e) {
      throw new AssertionError(path, e);
    }
  }

  /** Subscribes, without the first sample that would follow at once. */
  public Subscription on(Scope scope, String path) {
    try {
      return notifier.subscribe(scope, condition(scope, path), 0);
    } catch (EntityVanishedException | TooManyWaitersException | NotReportedException e) {
      throw new AssertionError(path, e);
    }
  }

  /** Subscribes and takes the first sample. */
  public Subscription open(Scope scope, String path) {
    Subscription subscription = on(scope, path);
    run(0);
    return subscription;
  }

  /** Advances the clock by that time, and runs each turn when it is due. */
  public void run(long ns) {
    long end = now() + ns;
    int idle = 0;
    for (long due = notifier.turn(); due <= end; due = notifier.turn()) {
      idle = due <= now() ? idle + 1 : 0;
      assertTrue(idle < 3, "turns that do nothing: due " + due + " at " + now());
      clock.advanceTo(due);
    }
    clock.advanceTo(end);
  }

  /** Takes all queued events, as key and value. */
  public static List<Map<String, String>> events(Subscription subscription) {
    List<Map<String, String>> events = new ArrayList<>();
    for (String line = subscription.poll(4096); line != null; line = subscription.poll(4096)) {
      events.add(parsed(line));
    }
    return events;
  }

  public static Map<String, String> parsed(String line) {
    assertTrue(line.endsWith("\n"), line);
    return EventLine.parse(line.substring(0, line.length() - 1));
  }

  /** Takes all queued events, and returns one key's value of each. */
  public static List<String> events(Subscription subscription, String key) {
    return events(subscription).stream().map(event -> event.get(key)).toList();
  }

  /** Takes all queued events, and returns their number. */
  public static int count(Subscription subscription) {
    return events(subscription).size();
  }

  /**
   * Fails if the notifier has not closed and released everything: refs, watches, chunks, waiters.
   */
  @Override
  public void close() {
    notifier.close();
    assertEquals(0, source.openRefs(), "refs");
    assertEquals(0, source.openWatches(), "watches");
    assertEquals(0, source.closedTwice(), "closed twice");
    assertEquals(0, pool.lentBytes(), "chunks");
    assertEquals(0, notifier.status().waiters());
    assertEquals(0, notifier.status().conditions());
    super.close();
  }
}
