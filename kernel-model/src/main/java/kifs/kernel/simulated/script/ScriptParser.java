package kifs.kernel.simulated.script;

import java.util.function.Consumer;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedSystem;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/**
 * Parses one statement after another. Refuses what isn't one by {@link SimulationException}. Not
 * thread-safe.
 */
final class ScriptParser {
  /** With a shorter period, a read after an hour would have to carry out too many steps first. */
  private static final long MIN_PERIOD_NS = 100_000_000;

  private static final long DEFAULT_UPTIME_NS = 1_000_000_000_000L;

  private long periodNs;
  private int repeatLine;
  private long uptimeNs = DEFAULT_UPTIME_NS;

  /** The time of the {@code repeat}; 0: there was none. */
  long periodNs() {
    return periodNs;
  }

  int repeatLine() {
    return repeatLine;
  }

  long uptimeNs() {
    return uptimeNs;
  }

  /** Parses a line; null: it has no action of its own. */
  @Nullable ScriptStatement parse(int number, String text) {
    ScriptLine line = new ScriptLine(text);
    if (line.isEmpty()) {
      return null;
    }
    String first = line.word("a time");
    if (first.equals("host")) {
      return new ScriptStatement(number, 0, host(line));
    }
    long at = Quantities.time(first);
    String verb = line.word("what shall happen");
    if (verb.equals("repeat")) {
      repeat(number, at, line);
      return null;
    }
    return new ScriptStatement(number, at, action(verb, line));
  }

  private Consumer<SimulatedKernel> action(String verb, ScriptLine line) {
    return switch (verb) {
      case "spawn" -> spawn(line);
      case "crowd" -> crowd(line);
      case "thread" -> thread(line);
      case "set" -> set(line);
      case "block" -> block(line);
      case "run" -> run(line);
      case "open" -> ScriptHoldings.open(line);
      case "close" -> ScriptHoldings.close(line);
      case "shm" -> ScriptHoldings.shm(line);
      case "unlink" -> ScriptHoldings.unlink(line);
      case "map" -> ScriptHoldings.map(line);
      case "unmap" -> ScriptHoldings.unmap(line);
      case "cgroup" -> ScriptCgroups.cgroup(line);
      case "rmdir" -> ScriptCgroups.remove(line);
      case "hold" -> ScriptHoldings.hold(line);
      case "exit" -> exit(line);
      case "oom" -> oom(line);
      case "system" -> system(line);
      default ->
          throw new SimulationException(
              "unknown: "
                  + verb
                  + "; known are spawn crowd thread set block run open close shm unlink map unmap"
                  + " cgroup rmdir hold exit oom system repeat");
    };
  }

  private Consumer<SimulatedKernel> host(ScriptLine line) {
    String boot = line.take("boot");
    if (boot != null) {
      uptimeNs = Quantities.time(boot);
    }
    return system(line);
  }

  private void repeat(int number, long at, ScriptLine line) {
    line.requireEnd();
    if (repeatLine != 0) {
      throw new SimulationException("line " + repeatLine + " repeats already");
    }
    if (at < MIN_PERIOD_NS) {
      throw new SimulationException("repeats at once: 100ms is the least");
    }
    periodNs = at;
    repeatLine = number;
  }

  private static Consumer<SimulatedKernel> system(ScriptLine line) {
    Consumer<SimulatedSystem> settings = settings(Settings.SYSTEM, line);
    return kernel -> settings.accept(kernel.system());
  }

  private static Consumer<SimulatedKernel> spawn(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    String comm = line.require("comm");
    String parent = line.take("ppid");
    int ppid = parent == null ? pid == 1 ? 0 : 1 : Quantities.task(parent);
    Consumer<SimulatedProcess> settings = settings(Settings.PROCESS, line);
    // As on a real host, the process begins by a fork, and then executes its program.
    return kernel -> settings.accept(kernel.spawn(pid, ppid, comm).exec(comm));
  }

  private static Consumer<SimulatedKernel> crowd(ScriptLine line) {
    int count = Quantities.task(line.word("how many"));
    int from = Quantities.task(line.require("from"));
    String each = line.take("threads");
    int threads = each == null ? 1 : Quantities.integer(each, 1, SimulatedProcess.MAX_THREADS);
    String comm = line.require("comm");
    Consumer<SimulatedProcess> settings = settings(Settings.PROCESS, line);
    return kernel -> settings.accept(kernel.crowd(count, from, threads, comm));
  }

  private static Consumer<SimulatedKernel> thread(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    int tid = Quantities.task(line.word("a tid"));
    String comm = line.require("comm");
    Consumer<SimulatedThread> settings = settings(Settings.THREAD, line);
    return kernel -> settings.accept(kernel.simulated(pid).spawnThread(tid, comm));
  }

  private static Consumer<SimulatedKernel> set(ScriptLine line) {
    Task task = Task.parse(line.word("a pid"));
    if (task.isThread()) {
      Consumer<SimulatedThread> settings = settings(Settings.THREAD, line);
      return kernel -> settings.accept(task.thread(kernel));
    }
    Consumer<SimulatedProcess> settings = settings(Settings.PROCESS, line);
    return kernel -> settings.accept(kernel.simulated(task.pid()));
  }

  private static Consumer<SimulatedKernel> block(ScriptLine line) {
    Task task = Task.parse(line.word("a thread"));
    String kind = line.word("what it waits for");
    for (SimulatedWait wait : SimulatedWait.values()) {
      if (wait.scriptName().equals(kind)) {
        long object = Quantities.address(line.word("an address or fd"));
        String owner = line.take("owner");
        int ownerTid = owner == null ? 0 : Task.parse(owner).tid();
        line.requireEnd();
        return kernel -> task.thread(kernel).blockedOn(wait, object, ownerTid);
      }
    }
    throw new SimulationException(
        "nothing to wait for: " + kind + "; known are " + SimulatedWait.scriptNames());
  }

  private static Consumer<SimulatedKernel> run(ScriptLine line) {
    Task task = Task.parse(line.word("a thread"));
    line.requireEnd();
    return kernel -> task.thread(kernel).runs();
  }

  private static Consumer<SimulatedKernel> exit(ScriptLine line) {
    Task task = Task.parse(line.word("a pid"));
    String code = line.take("status");
    String signal = line.take("signal");
    line.requireEnd();
    if (task.isThread()) {
      return kernel -> task.thread(kernel).exit();
    }
    int status =
        signal != null
            ? Quantities.integer(signal, 1, 64)
            : code != null ? Quantities.integer(code, 0, 255) << 8 : 0;
    return kernel -> kernel.simulated(task.pid()).exit(status);
  }

  private static Consumer<SimulatedKernel> oom(ScriptLine line) {
    int pid = Quantities.task(line.word("a pid"));
    line.requireEnd();
    return kernel -> kernel.simulated(pid).killForMemory();
  }

  private static <T> Consumer<T> settings(Settings<T> keys, ScriptLine line) {
    Consumer<T> settings = keys.read(line.rest());
    line.rest().clear();
    line.requireEnd();
    return settings;
  }

  /** A process, written {@code PID}, or one of its threads, written {@code PID/TID}. */
  private record Task(int pid, int tid) {
    static Task parse(String text) {
      int slash = text.indexOf('/');
      if (slash < 0) {
        int pid = Quantities.task(text);
        return new Task(pid, pid);
      }
      return new Task(
          Quantities.task(text.substring(0, slash)), Quantities.task(text.substring(slash + 1)));
    }

    boolean isThread() {
      return tid != pid;
    }

    SimulatedThread thread(SimulatedKernel kernel) {
      return kernel.simulated(pid).thread(tid);
    }
  }
}
