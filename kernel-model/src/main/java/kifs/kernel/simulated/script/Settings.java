package kifs.kernel.simulated.script;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedCgroup;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedShm;
import kifs.kernel.simulated.SimulatedSystem;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.Figure;
import kifs.kernel.simulated.figures.SimulationException;

/**
 * The keys of {@code key=value} in a script, for one kind of entity. A value is parsed together
 * with the script, so a bad value is reported then. Immutable.
 */
final class Settings<T> {
  static final Settings<SimulatedThread> THREAD = new Settings<>();
  static final Settings<SimulatedProcess> PROCESS = new Settings<>();
  static final Settings<SimulatedSystem> SYSTEM = new Settings<>();
  static final Settings<SimulatedShm> SHM = new Settings<>();
  static final Settings<SimulatedCgroup> CGROUP = new Settings<>();

  private static final String STATES = "RSDTtZXIPK";

  private final Map<String, Function<String, Consumer<T>>> keys = new TreeMap<>();

  static {
    rates("cpu", Figure.UTIME);
    rates("cpu.system", Figure.STIME);
    rates("run.delay", Figure.RUN_DELAY);
    rates("switches", Figure.VOLUNTARY);
    rates("switches.involuntary", Figure.INVOLUNTARY);
    rates("faults.minor", Figure.MINOR_FAULTS);
    rates("faults.major", Figure.MAJOR_FAULTS);
    rates("io.read", Figure.READ, Figure.RCHAR);
    rates("io.write", Figure.WRITE, Figure.WCHAR);
    rates("io.calls.read", Figure.SYSCR);
    rates("io.calls.write", Figure.SYSCW);
    both("nice", text -> Quantities.integer(text, -20, 19), SimulatedThread::nice);
    both("state", Settings::state, SimulatedThread::state);
    THREAD.add("comm", Settings::text, SimulatedThread::comm);

    PROCESS.add("comm", Settings::text, SimulatedProcess::rename);
    PROCESS.add("exec", Settings::text, SimulatedProcess::exec);
    PROCESS.add("uid", Quantities::id, SimulatedProcess::uid);
    PROCESS.add("gid", Quantities::id, SimulatedProcess::gid);
    PROCESS.add("ppid", Quantities::task, SimulatedProcess::parent);
    PROCESS.add(
        "threads",
        text -> Quantities.integer(text, 1, SimulatedProcess.MAX_THREADS),
        SimulatedProcess::threads);
    PROCESS.add("rss", Quantities::size, SimulatedProcess::rss);
    PROCESS.add("rss.growth", Quantities::size, SimulatedProcess::rssGrowth);
    PROCESS.add("vsize", Quantities::size, SimulatedProcess::vsize);
    PROCESS.add("swap", Quantities::size, SimulatedProcess::swap);
    PROCESS.add("rss.huge", Quantities::size, SimulatedProcess::hugePages);
    PROCESS.add("fds", Quantities::size, SimulatedProcess::fds);
    PROCESS.add("fds.growth", Quantities::size, SimulatedProcess::fdsGrowth);
    PROCESS.add("fds.limit", Quantities::size, (p, limit) -> p.limit("nofile", limit, limit));
    PROCESS.add("memory.locked", Quantities::size, (p, bytes) -> p.uses("memlock", bytes));
    PROCESS.add("stack", Quantities::size, (p, bytes) -> p.uses("stack", bytes));
    PROCESS.add("data", Quantities::size, (p, bytes) -> p.uses("data", bytes));
    PROCESS.add("signals.pending", Quantities::size, (p, count) -> p.uses("sigpending", count));
    PROCESS.add("user.threads", Quantities::size, (p, count) -> p.uses("nproc", count));
    PROCESS.add(
        "oom.adj", text -> Quantities.integer(text, -1000, 1000), SimulatedProcess::oomScoreAdj);
    PROCESS.add("cmdline", text -> text, SimulatedProcess::commandLine);
    PROCESS.add("exe", Settings::path, SimulatedProcess::executable);
    PROCESS.add("unreadable", Settings::yesOrNo, SimulatedProcess::unreadable);
    PROCESS.add("cgroup", Settings::path, SimulatedProcess::cgroup);

    SHM.add("size", Quantities::size, SimulatedShm::size);
    SHM.add("resident", Quantities::size, SimulatedShm::resident);
    SHM.add("uid", Quantities::id, SimulatedShm::uid);

    CGROUP.add("cpu", Quantities::percent, SimulatedCgroup::cpu);
    figure("memory", CgroupRecord.MEMORY);
    figure("memory.peak", CgroupRecord.MEMORY_PEAK);
    figure("memory.high", CgroupRecord.MEMORY_HIGH);
    figure("memory.limit", CgroupRecord.MEMORY_LIMIT);
    figure("memory.high.events", CgroupRecord.HIGH_EVENTS);
    figure("memory.max.events", CgroupRecord.MAX_EVENTS);
    figure("oom.kills", CgroupRecord.OOM_KILLS);
    figure("swap", CgroupRecord.SWAP);
    figure("pids", CgroupRecord.PIDS);
    figure("pids.limit", CgroupRecord.PIDS_LIMIT);
    figure("pids.refused", CgroupRecord.PIDS_REFUSED);
    figure("populated", CgroupRecord.POPULATED);
    figure("frozen", CgroupRecord.FROZEN);
    CGROUP.add("io.read", Quantities::size, (group, rate) -> group.rate(CgroupRecord.READ, rate));
    CGROUP.add("io.write", Quantities::size, (group, rate) -> group.rate(CgroupRecord.WRITE, rate));
    groupPressure("pressure.cpu", CgroupRecord.CPU_SOME);
    groupPressure("pressure.memory", CgroupRecord.MEMORY_SOME);
    groupPressure("pressure.memory.full", CgroupRecord.MEMORY_FULL);
    groupPressure("pressure.io", CgroupRecord.IO_SOME);

    SYSTEM.add("name", Settings::text, SimulatedSystem::name);
    SYSTEM.add("processors", text -> Quantities.integer(text, 1, 8192), SimulatedSystem::cpus);
    SYSTEM.add("memory", Quantities::size, SimulatedSystem::memory);
    SYSTEM.add("memory.available", Quantities::size, SimulatedSystem::memoryAvailable);
    SYSTEM.add("memory.cached", Quantities::size, SimulatedSystem::memoryCached);
    SYSTEM.add("swap", Quantities::size, (system, total) -> system.swap(total, total));
    SYSTEM.add("swap.free", Quantities::size, SimulatedSystem::swapFree);
    SYSTEM.add("memory.huge", Quantities::size, (system, total) -> system.huge(total, total));
    SYSTEM.add("memory.huge.free", Quantities::size, SimulatedSystem::hugeFree);
    SYSTEM.add("load", Quantities::decimal, (system, load) -> system.load(load, load, load));
    SYSTEM.add("files", Quantities::size, SimulatedSystem::filesOpen);
    SYSTEM.add("files.max", Quantities::size, SimulatedSystem::filesMax);
    SYSTEM.add("interrupts", Quantities::size, SimulatedSystem::interrupts);
    pressure("pressure.cpu", SystemRecord.CPU_SOME);
    pressure("pressure.memory", SystemRecord.MEMORY_SOME);
    pressure("pressure.memory.full", SystemRecord.MEMORY_FULL);
    pressure("pressure.io", SystemRecord.IO_SOME);
    pressure("pressure.io.full", SystemRecord.IO_FULL);
  }

  private Settings() {}

  /** Parses settings, and returns an action that applies them in their order. */
  Consumer<T> read(Map<String, String> settings) {
    Consumer<T> all = entity -> {};
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      Function<String, Consumer<T>> key = keys.get(setting.getKey());
      if (key == null) {
        throw new SimulationException(
            "unknown: " + setting.getKey() + "; known are " + String.join(" ", keys.keySet()));
      }
      all = all.andThen(key.apply(setting.getValue()));
    }
    return all;
  }

  private <V> void add(String key, Function<String, V> parse, BiConsumer<T, V> apply) {
    keys.put(
        key,
        text -> {
          V value = parse.apply(text);
          return entity -> apply.accept(entity, value);
        });
  }

  /** Adds a key for threads; for a process the key sets the main thread. */
  private static <V> void both(
      String key, Function<String, V> parse, BiConsumer<SimulatedThread, V> apply) {
    THREAD.add(key, parse, apply);
    PROCESS.add(key, parse, (process, value) -> apply.accept(process.thread(), value));
  }

  private static void rates(String key, Figure... figures) {
    boolean isTime = figures[0].ofThread().unit().equals("ns");
    both(
        key,
        text ->
            isTime
                ? Math.round(Quantities.percent(text) * SimulatedThread.NS_PER_PERCENT)
                : Quantities.size(text),
        (thread, perSecond) -> {
          for (Figure figure : figures) {
            thread.rate(figure, perSecond);
          }
        });
  }

  private static void pressure(String key, Pressure pressure) {
    SYSTEM.add(key, Quantities::percent, (system, percent) -> system.pressure(pressure, percent));
  }

  private static void figure(String key, Field field) {
    CGROUP.add(key, Quantities::size, (group, value) -> group.set(field, value));
  }

  private static void groupPressure(String key, Pressure pressure) {
    CGROUP.add(key, Quantities::percent, (group, percent) -> group.pressure(pressure, percent));
  }

  private static char state(String text) {
    if (text.length() != 1 || STATES.indexOf(text.charAt(0)) < 0) {
      throw new SimulationException("not a state: " + text);
    }
    return text.charAt(0);
  }

  private static boolean yesOrNo(String text) {
    if (!text.equals("yes") && !text.equals("no")) {
      throw new SimulationException("neither yes nor no: " + text);
    }
    return text.equals("yes");
  }

  private static String text(String text) {
    if (text.isEmpty() || text.indexOf('\0') >= 0) {
      throw new SimulationException("a text is empty, or has a NUL in it");
    }
    return text;
  }

  static String path(String text) {
    if (!text.startsWith("/") || text.indexOf('\0') >= 0) {
      throw new SimulationException("not a path: " + text);
    }
    return text;
  }
}
