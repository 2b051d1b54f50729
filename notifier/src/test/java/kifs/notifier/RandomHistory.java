package kifs.notifier;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import kifs.notifier.entity.Scope;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.statistics.Statistics;

/**
 * One try of a property about random histories: a rig, the random numbers of a seed, and a record
 * of what happened. jqwik can't shrink a seed to a simpler history, so a failure shows the record:
 * each change in the simulated kernel, each waiter, each turn and each event. Not thread-safe.
 */
final class RandomHistory {
  final Rig rig;
  final Random random;

  private final long seed;
  private final long startNs;
  private final List<Step> steps = new ArrayList<>();
  private final IdentityHashMap<Subscription, String> waiters = new IdentityHashMap<>();
  private int events;

  private record Step(long atNs, String what) {}

  private RandomHistory(Rig rig, long seed) {
    this.rig = rig;
    this.seed = seed;
    this.random = new Random(seed);
    this.startNs = rig.now();
  }

  /** Plays one history, of which three of four must have an event. */
  static void play(long seed, Consumer<RandomHistory> test) {
    play(seed, 75, test);
  }

  /**
   * Plays one history. Fails the property if too few of its tries had an event, because a property
   * whose histories are silent proves nothing.
   *
   * @param leastPercent the least share of tries that have at least one event
   */
  static void play(long seed, int leastPercent, Consumer<RandomHistory> test) {
    try (Rig rig = new Rig()) {
      RandomHistory history = new RandomHistory(rig, seed);
      try {
        test.accept(history);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + history, e);
      }
      requireShare("events", history.events > 0, leastPercent);
    }
  }

  /**
   * Counts for the present property whether this try had something that the property is about.
   * Fails the property at its end if too few tries had it.
   */
  static void requireShare(String what, boolean had, int leastPercent) {
    Statistics.label(what).collect(had);
    Statistics.label(what)
        .coverage(coverage -> coverage.check(true).percentage(share -> share >= leastPercent));
  }

  /** Adds a line to the record, with the present time. */
  void note(String what) {
    steps.add(new Step(rig.now(), what));
  }

  /** Subscribes like {@link Rig#on}. */
  Subscription on(Scope scope, String path) {
    Subscription subscription = rig.on(scope, path);
    String name = "waiter " + (waiters.size() + 1);
    waiters.put(subscription, name);
    note(name + " opens " + path + " of " + scope.kind() + " " + scope.range());
    return subscription;
  }

  /** Closes a subscription. */
  void close(Subscription subscription) {
    note(waiters.get(subscription) + " closes");
    subscription.close();
  }

  /** Runs a turn, and returns when the next one is due. */
  long turn() {
    note("turn");
    return rig.notifier.turn();
  }

  /** Takes all queued events, as key and value. */
  List<Map<String, String>> events(Subscription subscription) {
    List<Map<String, String>> taken = Rig.events(subscription);
    taken.forEach(event -> noteEvent(subscription, event));
    return taken;
  }

  /** Takes all queued events, and returns one key's value of each. */
  List<String> events(Subscription subscription, String key) {
    return events(subscription).stream().map(event -> event.get(key)).toList();
  }

  /** Records an event that the test has read itself. */
  void noteEvent(Subscription subscription, Map<String, String> event) {
    events++;
    note(waiters.get(subscription) + " gets " + event);
  }

  /**
   * Runs turns at irregular times, as on a busy host: most of them when they are due and some late,
   * with up to three changes between two of them.
   *
   * @param change makes one change in the simulated kernel
   * @param afterTurn called after each turn
   */
  void runAtOddTimes(int turns, Runnable change, Runnable afterTurn) {
    for (int turn = 0; turn < turns; turn++) {
      long due = turn();
      afterTurn.run();
      for (int step = random.nextInt(4); step > 0; step--) {
        rig.clock.advance(1 + random.nextInt(25) * Rig.MS);
        change.run();
      }
      if (due != Long.MAX_VALUE) {
        rig.clock.advanceTo(due);
      }
      rig.clock.advance(random.nextInt(4) == 0 ? random.nextInt(250) * Rig.MS : 0);
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("the history of seed " + seed + ", times in ms:\n");
    for (Step step : steps) {
      text.append(String.format("%12.6f %s%n", (step.atNs - startNs) / (double) Rig.MS, step.what));
    }
    return text.toString();
  }
}
