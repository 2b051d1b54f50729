package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.live.LockCorpus.Case;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Query;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every program of the corpus at once, looked at again and again: each deadlock must be found, with
 * all its members and who stands behind, and no look-alike ever. Prints a row for each.
 */
class LockCorpusTest {
  /** The source under test; others of the same kernel are put to the same tests. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  private static final long MOST_NS = 60_000_000_000L;
  private static final long LOOK_ALIKES_NS = 4_000_000_000L;

  @TempDir Path directory;

  /** One program that runs, and what was found of it. */
  private static final class Running {
    final Case of;
    final Program program;
    final long readyNs = System.nanoTime();
    final Map<Integer, Integer> byTid = new HashMap<>();
    final Set<Integer> pids = new TreeSet<>();

    /** By its number, members of each deadlock that was ever reported. */
    final Map<Long, Set<Integer>> found = new TreeMap<>();

    final Map<Long, Set<Integer>> behind = new TreeMap<>();
    long foundNs;

    Running(Case of, Program program) {
      this.of = of;
      this.program = program;
      pids.add(program.pid());
      for (String line : program.lines()) {
        String[] words = line.split(" ");
        byTid.put(Integer.parseInt(words[2]), Integer.parseInt(words[0]));
        pids.add(Integer.parseInt(words[1]));
      }
    }

    boolean isDone() {
      return !of.isDeadlock() || found.containsValue(of.members()) && isBehindKnown();
    }

    private boolean isBehindKnown() {
      return behind.isEmpty() == of.behind().isEmpty()
          && (behind.isEmpty() || behind.containsValue(of.behind()));
    }
  }

  @Test
  void everyDeadlockAndNothingElse(TestReporter reporter) throws Exception {
    List<Running> running = new ArrayList<>();
    List<Case> skipped = new ArrayList<>();
    try (KernelSource source = openSource()) {
      try {
        LockPrograms programs = new LockPrograms(directory);
        for (Case of : LockCorpus.all()) {
          Optional<Program> program = programs.start(of);
          program.ifPresentOrElse(p -> running.add(new Running(of, p)), () -> skipped.add(of));
          // Those who contend are started last: they leave little for looks in between.
          if (program.isPresent() && of.language() != LockCorpus.Language.CONTEND) {
            look(source, running);
          }
        }
        long end = System.nanoTime() + MOST_NS;
        long enough = System.nanoTime() + LOOK_ALIKES_NS;
        while (System.nanoTime() < enough
            || System.nanoTime() < end && !running.stream().allMatch(Running::isDone)) {
          look(source, running);
        }
      } finally {
        running.forEach(r -> r.program.close());
      }
    }
    running.forEach(r -> reporter.publishEntry(r.of.name(), result(r)));
    skipped.forEach(of -> reporter.publishEntry(of.name(), of.language() + " skipped"));
    for (Running r : running) {
      if (r.of.isDeadlock()) {
        assertTrue(r.isDone(), r.of + " " + r.found + " behind " + r.behind);
      }
      assertEquals(
          r.of.isDeadlock() ? Set.of(r.of.members()) : Set.of(),
          Set.copyOf(r.found.values()),
          r.of.name());
    }
    assertTrue(running.size() >= 60, running.size() + " programs");
  }

  private static String result(Running r) {
    String found =
        r.of.isDeadlock()
            ? r.isDone() ? "%.3f s".formatted((r.foundNs - r.readyNs) / 1e9) : "MISSED"
            : r.found.isEmpty() ? "none" : "FALSE";
    return r.of.language() + " " + (r.of.isDeadlock() ? "deadlock" : "look-alike") + ": " + found;
  }

  /** One look, put down for whom it is about. */
  private static void look(KernelSource source, List<Running> running) {
    Map<Integer, Running> byPid = new HashMap<>();
    running.forEach(r -> r.pids.forEach(pid -> byPid.put(pid, r)));
    Query query = Query.of(WaitRecord.TYPE).withFields(WaitRecord.TYPE, WaitRecord.DEADLOCK);
    Map<Running, Map<Long, Set<Integer>>> members = new HashMap<>();
    Map<Running, Map<Long, Set<Integer>>> behind = new HashMap<>();
    try (Bulk bulk = Bulks.collect(source, query)) {
      Bulks.records(bulk, WaitRecord.TYPE)
          .forEach(
              wait -> {
                Running r = byPid.get((int) wait.get(WaitRecord.WAITER_PID));
                if (r != null) {
                  Integer who = r.byTid.get((int) wait.get(WaitRecord.WAITER_TID));
                  put(members, r, wait.get(WaitRecord.DEADLOCK), who);
                  put(behind, r, wait.get(WaitRecord.BEHIND), who);
                }
              });
    }
    members.forEach(
        (r, found) -> {
          boolean before = r.isDone();
          r.found.putAll(found);
          r.behind.putAll(behind.getOrDefault(r, Map.of()));
          if (!before && r.isDone()) {
            r.foundNs = System.nanoTime();
          }
        });
  }

  private static void put(
      Map<Running, Map<Long, Set<Integer>>> into, Running r, long number, Integer who) {
    if (number != 0) {
      into.computeIfAbsent(r, x -> new TreeMap<>())
          .computeIfAbsent(number, x -> new TreeSet<>())
          .add(who == null ? -1 : who);
    }
  }
}
