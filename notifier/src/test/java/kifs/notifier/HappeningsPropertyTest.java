package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Exits, forks, execs and kills of processes that reuse each other's ids, for waiters that come and
 * go, against docs/notify.md 7: each is reported once, in order, to every waiter that was there
 * when it happened, and nothing else is.
 *
 * <p>Time stamps may be a millisecond off (7.1), so no waiter here comes within two milliseconds of
 * what happened. Reported plus lost is what happened (2.4).
 */
@StatisticsReport(StatisticsReportMode.OFF)
class HappeningsPropertyTest {
  private static final long MS = Rig.MS;
  private static final int PIDS = 5;
  private static final int FIRST_PID = 300;
  private static final int MAX_WAITERS = 8;

  /** Capacity of the queue of a waiter for one process. */
  private static final int MAX_QUEUED = 256;

  /** Capacity of the queue of a waiter for any process. */
  private static final int MAX_QUEUED_OF_ANY = 16_384;

  private static final List<String> KINDS = List.of("exit", "fork", "exec", "oom");

  private static final class Life {
    private final SimulatedProcess process;

    /** The process begins and ends without an event, except that events were lost. */
    private final boolean silent;

    /**
     * The parent. For a silent process it is the earlier process with its id, if that one's end
     * isn't known yet. Null: neither matters.
     */
    private final Life parent;

    private final Set<String> names = new HashSet<>();

    private boolean scanned;

    Life(SimulatedProcess process, String name, Life parent, boolean silent) {
      this.process = process;
      this.parent = parent;
      this.silent = silent;
      names.add(name);
    }

    /**
     * A process that vanished before it could be read has the name of its parent in events, or no
     * name.
     */
    boolean mayBeCalled(String name) {
      return name.isEmpty() || names.contains(name) || parent != null && parent.mayBeCalled(name);
    }
  }

  /** A fact in a waiter's queue, with the number of lost events before it. */
  private record Expected(Fact fact, long lost, long gap) {}

  /** An event that must be reported. */
  private record Fact(String kind, Life life, String status, String child) {}

  private static final class Waiter {
    private final String kind;

    /** The process that the waiter waits for; null: any process. */
    private final Life life;

    private final boolean system;
    private final RandomHistory history;
    private final Subscription subscription;

    /** The expected events since the last turn. */
    private final List<Fact> coming = new ArrayList<>();

    /** The expected exits that a scan has found in this turn. */
    private final List<Fact> found = new ArrayList<>();

    private final ArrayDeque<Expected> queue = new ArrayDeque<>();

    /** Events that were lost after the last one in the queue, and before the first one. */
    private long lostAfter;

    private long lostBefore;

    /** How many of the expected events since the last turn were before the last loss. */
    private int beforeLoss;

    private long gap;
    private long seq;
    private boolean woken;
    private boolean ended;

    Waiter(RandomHistory history, String kind, Life life, Scope scope) {
      this.history = history;
      this.kind = kind;
      this.life = life;
      this.system = scope.kind() == EntityKind.SYSTEM;
      this.subscription = history.on(scope, kind + "/occurs/any");
      subscription.onReady(() -> woken = true);
    }

    void expect(Fact fact) {
      if (fact.kind.equals(kind) && (life == null || life == fact.life)) {
        coming.add(fact);
      }
    }

    void find(Fact fact) {
      if (life == null && kind.equals("exit")) {
        found.add(fact);
      }
    }

    /**
     * @param forks the number of forks that were lost
     * @param exits the number of exits that were lost and not found
     */
    void turned(long forks, long exits) {
      coming.subList(0, beforeLoss).forEach(this::add);
      if (!ended && life == null) {
        lostAfter += kind.equals("fork") ? forks : kind.equals("exit") ? exits : 0;
      } else if (!ended && kind.equals("fork")) {
        gap += forks;
      }
      coming.subList(beforeLoss, coming.size()).forEach(this::add);
      coming.clear();
      beforeLoss = 0;
      found.forEach(this::add);
      ended = life != null && life.process.isGone();
      assertEquals(ended, subscription.isEnded(), "its end");
      assertEquals(!queue.isEmpty(), subscription.isReady(), kind);
    }

    private void add(Fact fact) {
      assertTrue(woken, "not woken");
      if (queue.size() == (life == null ? MAX_QUEUED_OF_ANY : MAX_QUEUED)) {
        lostBefore += 1 + queue.remove().lost;
      }
      queue.add(new Expected(fact, lostAfter, gap));
      lostAfter = 0;
      gap = 0;
    }

    void endTurn() {
      woken = false;
      found.clear();
    }

    void read(int max) {
      for (int i = 0; i < max && !queue.isEmpty(); i++) {
        Map<String, String> event = Rig.parsed(subscription.poll(4096));
        history.noteEvent(subscription, event);
        check(queue.remove(), event);
      }
      if (queue.isEmpty()) {
        assertEquals(null, subscription.poll(4096));
      }
    }

    private void check(Expected expected, Map<String, String> event) {
      Fact fact = expected.fact;
      String pid = Integer.toString(fact.life.process.pid());
      assertEquals(pid, event.get("pid"), () -> fact.kind + " " + event);
      assertEquals(fact.status, event.get("status"));
      assertEquals(fact.child, event.get("child"));
      assertEquals(kind, event.get("metric"));
      assertEquals(system ? "system" : "processes/" + pid, event.get("entity"));
      long lost = lostBefore + expected.lost;
      seq += lost + 1;
      assertEquals(Long.toString(lost), event.get("lost"));
      assertEquals(Long.toString(seq), event.get("seq"));
      assertEquals(expected.gap == 0 ? null : Long.toString(expected.gap), event.get("gap"));
      assertTrue(
          fact.life.mayBeCalled(event.get("comm")), () -> "the name of another process: " + event);
      lostBefore = 0;
    }
  }

  @Property(tries = 1000)
  void everythingIsReportedOnceToTheWaitersOfThen(@ForAll long seed) {
    RandomHistory.play(seed, history -> new Story(history).run());
  }

  /** Makes things happen, and computes which waiters must get which events. */
  private static final class Story {
    private final RandomHistory history;
    private final Rig rig;
    private final Random random;
    private final Life init;
    private final TreeMap<Integer, Life> lives = new TreeMap<>();
    private final List<Waiter> waiters = new ArrayList<>();

    /** Ends since the last turn whose events were lost. */
    private final Map<Integer, Life> missing = new HashMap<>();

    private long lostForks;
    private long lostExits;
    private int names;

    Story(RandomHistory history) {
      this.history = history;
      this.rig = history.rig;
      this.random = history.random;
      this.init = new Life(rig.kernel.spawn(1, "init"), "init", null, false);
    }

    void run() {
      boolean silence = random.nextBoolean();
      if (silence) {
        // A lost end can only be found while a waiter for any process makes the notifier
        // scan.
        waiters.add(new Waiter(history, "exit", null, Scopes.eachProcess()));
      }
      for (int step = 0; step < 120; step++) {
        rig.clock.advance((2 + random.nextInt(10)) * MS);
        switch (random.nextInt(8)) {
          case 0 -> come();
          case 1 -> {
            int staying = silence ? 1 : 0;
            if (waiters.size() > staying) {
              int leaving = staying + random.nextInt(waiters.size() - staying);
              history.close(waiters.remove(leaving).subscription);
            }
          }
          case 2 -> turn();
          default -> happen(silence && random.nextInt(4) == 0);
        }
      }
      turn();
      waiters.forEach(waiter -> waiter.read(Integer.MAX_VALUE));
    }

    private void come() {
      if (waiters.size() == MAX_WAITERS) {
        return;
      }
      if (lostForks + lostExits > 0) {
        // It is unknown when events were lost, so a turn must run before the waiter
        // comes.
        turn();
      }
      String kind = KINDS.get(random.nextInt(KINDS.size()));
      Life life = lives.get(FIRST_PID + random.nextInt(PIDS));
      switch (random.nextInt(5)) {
        case 0 -> waiters.add(new Waiter(history, kind, null, Scopes.eachProcess()));
        case 1 -> waiters.add(new Waiter(history, "oom", null, Scopes.system()));
        default -> {
          if (life != null) {
            waiters.add(new Waiter(history, kind, life, rig.process(life.process)));
          }
        }
      }
    }

    private void turn() {
      history.turn();
      for (Life life : missing.values()) {
        // A scan reports the lost exit to waiters for any process. A waiter for this
        // process alone has got it from its own watch.
        waiters.stream()
            .filter(waiter -> waiter.life == null && life.scanned)
            .forEach(waiter -> waiter.find(new Fact("exit", life, null, null)));
        lostExits -= life.scanned ? 1 : 0;
      }
      for (Waiter waiter : waiters) {
        waiter.turned(lostForks, lostExits);
        waiter.endTurn();
        if (random.nextInt(3) > 0) {
          waiter.read(random.nextBoolean() ? Integer.MAX_VALUE : random.nextInt(4));
        }
      }
      lostForks = 0;
      lostExits = 0;
      missing.clear();
      lives.values().forEach(life -> life.scanned = true);
    }

    private void happen(boolean silent) {
      int pid = FIRST_PID + random.nextInt(PIDS);
      Life life = lives.get(pid);
      Life before = missing.get(pid);
      if (before != null && waiters.stream().anyMatch(waiter -> waiter.life == before)) {
        // If its exit event was lost among others, its end is only found by the scan
        // after all other events.
        return;
      }
      if (life == null) {
        // While the end of the earlier process with this id is unknown, the new one
        // begins without an event, because a fork event would be all that is known of
        // it.
        begin(pid, silent || before != null);
      } else if (life.silent) {
        end(life);
      } else {
        switch (random.nextInt(5)) {
          case 0 -> {
            lives.remove(pid);
            int status = random.nextInt(1 << 16);
            life.process.exit(status);
            report(new Fact("exit", life, Integer.toString(status), null));
          }
          case 1 -> {
            lives.remove(pid);
            life.process.killForMemory();
            report(new Fact("oom", life, null, null));
            report(new Fact("exit", life, "9", null));
          }
          default -> {
            for (int i = random.nextInt(40) == 0 ? 3 * MAX_QUEUED / 2 : 1; i > 0; i--) {
              exec(life);
            }
          }
        }
      }
    }

    private void begin(int pid, boolean silent) {
      String name = "p" + names++;
      if (silent) {
        // Until a scan, its children may have the name of the earlier process with its
        // id, whose end was lost.
        Life before = missing.get(pid);
        lives.put(pid, new Life(rig.kernel.crowd(1, pid, 1, name), name, before, true));
        history.note(pid + " begins, and the event is lost");
        lostForks++;
        noteLoss();
        return;
      }
      int parent = FIRST_PID + random.nextInt(PIDS);
      Life from = lives.getOrDefault(parent, init);
      SimulatedProcess process = rig.kernel.spawn(pid, from.process.pid(), name);
      lives.put(pid, new Life(process, name, from, false));
      report(new Fact("fork", from, null, Integer.toString(pid)));
    }

    private void noteLoss() {
      waiters.forEach(waiter -> waiter.beforeLoss = waiter.coming.size());
    }

    private void exec(Life life) {
      String name = "p" + names++;
      life.names.add(name);
      life.process.exec(name);
      report(new Fact("exec", life, null, null));
    }

    private void report(Fact fact) {
      history.note(
          fact.life.process.pid()
              + " "
              + fact.kind
              + (fact.child == null ? "" : " of " + fact.child));
      waiters.forEach(waiter -> waiter.expect(fact));
    }

    private void end(Life life) {
      if (!missing.isEmpty()) {
        // The order in which a scan finds several lost exits is not specified.
        return;
      }
      lives.remove(life.process.pid());
      int status = random.nextInt(1 << 16);
      life.process.exit(status);
      history.note(life.process.pid() + " exits, and the event is lost");
      lostExits++;
      noteLoss();
      missing.put(life.process.pid(), life);
      for (Waiter waiter : waiters) {
        if (waiter.life == life) {
          waiter.expect(new Fact("exit", life, Integer.toString(status), null));
        }
      }
    }
  }
}
