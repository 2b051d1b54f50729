package kifs.fs.root.metrics;

import static java.util.Objects.requireNonNull;
import static kifs.kernel.record.ProcessRecord.*;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.root.hogs.MemorySum;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import org.jspecify.annotations.Nullable;

/**
 * The programs that have used most CPU time of late, that have most memory, or of which a process
 * is nearest to its limit of fds. A program is the processes of one name, so that series last
 * longer than processes. Gauges add up the processes that the reader may see; counters are about
 * all processes, so only those see them who may see the counter of each. Thread-safe: guarded by
 * this.
 */
final class ProgramPart implements Part {
  private static final List<Field> COUNTERS = List.of(RUNTIME, MAJOR_FAULTS, READ, WRITE);

  private static final long FIELDS =
      Field.mask(COUNTERS)
          | Field.mask(PID, PPID, COMM, START, THREADS, FDS, FD_LIMIT)
          | MemorySum.FIELDS
          | ProcessRecord.VIEWER;

  private final Kernel kernel;
  private final Counters counters = new Counters(COUNTERS);
  private final Heat<String> heat = new Heat<>();

  ProgramPart(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public synchronized void write(Viewer viewer, int top, Exposition out) {
    Map<String, Program> programs = new HashMap<>();
    counters.begin();
    Map<String, Long> used = new HashMap<>();
    try (BulkBuilder processes = kernel.snapshots().collect(FIELDS)) {
      processes.forEach(
          ProcessRecord.TYPE,
          process -> {
            String name = Program.nameOf(process);
            counters.add(name, process);
            used.put(name, 0L);
            boolean sees = viewer.sees(process);
            if (sees || !viewer.hidesOthers()) {
              programs
                  .computeIfAbsent(name, each -> new Program())
                  .add(process, sees && viewer.passes(Guard.PTRACE));
            }
          });
    }
    used.replaceAll((name, none) -> orZero(counters.get(name, RUNTIME)));
    Map<String, Double> recent = heat.update(used, kernel.boottimeNs());
    recent.keySet().retainAll(programs.keySet());
    for (String name : choose(programs, recent, top)) {
      String label = Exposition.label("program", name);
      requireNonNull(programs.get(name)).write(label, out);
      writeCounters(name, label, viewer, out);
    }
  }

  private static long orZero(@Nullable Long value) {
    return value == null ? 0 : value;
  }

  /** In the order of their names. */
  private static Set<String> choose(
      Map<String, Program> programs, Map<String, Double> recent, int top) {
    Map<String, Long> memory = new HashMap<>();
    Map<String, Double> fds = new HashMap<>();
    programs.forEach(
        (name, program) -> {
          memory.put(name, program.memory());
          fds.put(name, program.worstFds());
        });
    Set<String> chosen = new TreeSet<>(Heat.biggest(recent, top));
    chosen.addAll(Heat.biggest(memory, top));
    chosen.addAll(Heat.biggest(fds, top));
    return chosen;
  }

  private void writeCounters(String name, String label, Viewer viewer, Exposition out) {
    for (Field field : COUNTERS) {
      Long value = viewer.sees(field.guard()) ? counters.get(name, field) : null;
      if (value != null) {
        out.add(Program.family(field), label, Exposition.value(field, value));
      }
    }
  }
}
