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
 * Runs all programs of the corpus at once and makes one pass after the other. Each deadlock must be
 * found, with all its members and all that wait for it. No other program may ever be reported as a
 * deadlock. Reports an entry for each program.
 */
class LockCorpusTest {
  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  private static final long MAX_NS = 60_000_000_000L;
  private static final long LOOK_ALIKES_NS = 4_000_000_000L;

  @TempDir Path directory;

  /** A running program and what the passes have found about it. */
  private static final class Running {
    final Case of;
    final Program program;
    final long readyNs = System.nanoTime();
    final Map<Integer, Integer> byTid = new HashMap<>();
    final Set<Integer> pids = new TreeSet<>();

    /** The members of each deadlock that was ever reported, by its number. */
    final Map<Long, Set<Integer>> found = new TreeMap<>();

    final Map<Long, Set<Integer>> waiting = new TreeMap<>();
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
      return !of.isDeadlock() || found.containsValue(of.members()) && areWaitingKnown();
    }

    private boolean areWaitingKnown() {
      return waiting.isEmpty() == of.waiting().isEmpty()
          && (waiting.isEmpty() || waiting.containsValue(of.waiting()));
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
          // The contending programs are started last, because they leave little CPU time for
          // passes.
          if (program.isPresent() && of.language() != LockCorpus.Language.CONTEND) {
            sample(source, running);
          }
        }
        long end = System.nanoTime() + MAX_NS;
        long enough = System.nanoTime() + LOOK_ALIKES_NS;
        while (System.nanoTime() < enough
            || System.nanoTime() < end && !running.stream().allMatch(Running::isDone)) {
          sample(source, running);
        }
      } finally {
        running.forEach(r -> r.program.close());
      }
    }
    running.forEach(r -> reporter.publishEntry(r.of.name(), result(r)));
    skipped.forEach(of -> reporter.publishEntry(of.name(), of.language() + " skipped"));
    for (Running r : running) {
      if (r.of.isDeadlock()) {
        assertTrue(r.isDone(), r.of + " " + r.found + " waiting " + r.waiting);
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

  /** Makes one pass and assigns what it finds to the running programs. */
  private static void sample(KernelSource source, List<Running> running) {
    Map<Integer, Running> byPid = new HashMap<>();
    running.forEach(r -> r.pids.forEach(pid -> byPid.put(pid, r)));
    Query query = Query.of(WaitRecord.TYPE).withFields(WaitRecord.TYPE, WaitRecord.DEADLOCK);
    Map<Running, Map<Long, Set<Integer>>> members = new HashMap<>();
    Map<Running, Map<Long, Set<Integer>>> waiting = new HashMap<>();
    try (Bulk bulk = Bulks.collect(source, query)) {
      Bulks.records(bulk, WaitRecord.TYPE)
          .forEach(
              wait -> {
                Running r = byPid.get((int) wait.get(WaitRecord.WAITER_PID));
                if (r != null) {
                  Integer participant = r.byTid.get((int) wait.get(WaitRecord.WAITER_TID));
                  put(members, r, wait.get(WaitRecord.DEADLOCK), participant);
                  put(waiting, r, wait.get(WaitRecord.BEHIND), participant);
                }
              });
    }
    members.forEach(
        (r, found) -> {
          boolean before = r.isDone();
          r.found.putAll(found);
          r.waiting.putAll(waiting.getOrDefault(r, Map.of()));
          if (!before && r.isDone()) {
            r.foundNs = System.nanoTime();
          }
        });
  }

  private static void put(
      Map<Running, Map<Long, Set<Integer>>> into, Running r, long number, Integer participant) {
    if (number != 0) {
      into.computeIfAbsent(r, x -> new TreeMap<>())
          .computeIfAbsent(number, x -> new TreeSet<>())
          .add(participant == null ? -1 : participant);
    }
  }
}
