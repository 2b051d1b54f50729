package kifs.fs.root;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Usage;
import kifs.kernel.source.UnreadableProcess;
import kifs.notifier.NotifierOptions;
import kifs.notifier.NotifierStatus;
import kifs.notifier.history.HistoryStatus;

/**
 * A line of {@code about}. {@link #ALL} is the definition of all lines, in their order. Immutable.
 *
 * @param name the key; {@code NAME} in it stands for several names
 * @param unit the unit of the value, or what kind of text it is
 * @param meaning what it says, for the manual
 * @param text the line or lines, each with its end
 */
public record AboutLine(
    String name, String unit, String meaning, Function<AboutLine.Facts, String> text) {

  /** What the lines show. */
  record Facts(
      Kernel kernel,
      String version,
      String transport,
      NotifierOptions options,
      List<String> warnings,
      Usage usage,
      NotifierStatus waiting,
      HistoryStatus history,
      Snapshots.Status snapshots,
      DaemonMemory memory) {}

  private static final String BYTES = "bytes";
  private static final String SECONDS = "s";
  private static final String NUMBER = "number";
  private static final String TEXT = "text";

  /** All lines, in the order in which {@code about} has them. */
  public static final List<AboutLine> ALL =
      List.of(
          line("version", TEXT, "version of kifs", Facts::version),
          line("source", TEXT, "where the data comes from", AboutLine::source),
          new AboutLine(
              "bpf.NAME",
              TEXT,
              "whether that BPF program runs, or why not; only with BPF",
              AboutLine::parts),
          line(
              "transport",
              TEXT,
              "what serves the tree: jnr-fuse (by libfuse 2), or direct",
              Facts::transport),
          line("boot", TEXT, "id of the host's boot", f -> f.kernel.source().host().boot()),
          line("host", TEXT, "name of the host", f -> f.kernel.source().host().name()),
          line("pid", NUMBER, "the daemon's process", f -> ProcessHandle.current().pid()),
          line("uptime", SECONDS, "since the daemon's start", f -> uptime()),
          line("cpu.time", SECONDS, "CPU time of the daemon", f -> cpuTime()),
          line("memory", BYTES, "resident memory of the daemon", f -> f.memory.resident()),
          line("memory.files", BYTES, "of it, mapped files and BPF maps", f -> f.memory.files()),
          line("memory.heap", BYTES, "Java heap in use, with garbage", f -> f.memory.heap()),
          line("memory.heap.max", BYTES, "its bound, -Xmx in mount.sh", f -> f.memory.heapMax()),
          line(
              "memory.buffers",
              BYTES,
              "direct buffers; their bound is -XX:MaxDirectMemorySize in mount.sh",
              f -> f.memory.buffers()),
          line(
              "memory.other",
              BYTES,
              "malloc (two arenas, trimmed once a minute), stacks, compiled code, metaspace",
              f -> f.memory.other()),
          line("names", NUMBER, "names that the kernel remembers, about", f -> f.usage.names()),
          line(
              "names.max",
              NUMBER,
              "from this number on it remembers no further ones below entities",
              f -> f.usage.maxNames()),
          line("snapshots", NUMBER, "snapshots taken so far", f -> f.snapshots.taken()),
          line(
              "snapshots.seconds",
              SECONDS,
              "time that they took",
              f -> Values.seconds(f.snapshots.spentNs())),
          line(
              "snapshots.last.seconds",
              SECONDS,
              "time that the last one took",
              f -> Values.seconds(f.snapshots.lastNs())),
          line(
              "snapshots.held",
              NUMBER,
              "snapshots that open files hold in memory",
              f -> f.snapshots.held()),
          line(
              "snapshots.bytes",
              BYTES,
              "memory of those and of snapshots in progress",
              f -> f.snapshots.heldBytes()),
          line(
              "snapshots.bytes.max",
              BYTES,
              "its bound; a snapshot that would exceed it fails with ENOMEM",
              f -> f.snapshots.maxBytes()),
          line(
              "snapshots.bytes.max.user",
              BYTES,
              "bound of the snapshots of one user who doesn't see everything",
              f -> f.snapshots.maxBytesOfUser()),
          line("files", NUMBER, "open files of all users but root", f -> f.usage.files()),
          line("files.max", NUMBER, "its bound; more get ENFILE", f -> f.usage.maxFiles()),
          line(
              "files.max.user",
              NUMBER,
              "bound of the open files of one user but root",
              f -> f.usage.maxFilesOfUser()),
          line("waiters", NUMBER, "waiters now", f -> f.waiting.waiters()),
          line(
              "waiters.users",
              "uid:number …",
              "waiters of each user that has any",
              f -> users(f.waiting.waitersByUser())),
          line(
              "waiters.max",
              NUMBER,
              "bound of the waiters; more get EAGAIN",
              f -> f.waiting.maxWaiters()),
          line(
              "waiters.max.user",
              NUMBER,
              "bound of the waiters of one user",
              f -> f.waiting.maxWaitersPerUser()),
          line("conditions", NUMBER, "distinct conditions", f -> f.waiting.conditions()),
          line(
              "events.queued",
              NUMBER,
              "events that their waiters have not read yet",
              f -> f.waiting.queuedEvents()),
          line(
              "events.queued.max",
              NUMBER,
              "its bound, besides the first event of each waiter; the oldest are dropped",
              f -> NotifierOptions.MAX_QUEUED_EVENTS),
          line(
              "events.lost",
              NUMBER,
              "lost events so far, added up over all waiters",
              f -> f.waiting.lostEvents()),
          line(
              "tick.finest",
              SECONDS,
              "shortest interval of samples, --tick=",
              f -> Values.seconds(f.options.minTickNs())),
          line(
              "tick",
              SECONDS,
              "interval of the last two samples; 0: nothing is sampled",
              f -> Values.seconds(f.waiting.tickNs())),
          line(
              "ticks.late",
              NUMBER,
              "samples that the host delayed by more than half a tick",
              f -> f.waiting.lateTicks()),
          line(
              "ticks.late.worst",
              SECONDS,
              "longest such delay",
              f -> Values.seconds(f.waiting.worstLateNs())),
          line("pushed", NUMBER, "pushes of the kernel so far", f -> f.waiting.pushed()),
          line("samples", NUMBER, "samples so far", f -> f.waiting.samples()),
          line(
              "samples.seconds",
              SECONDS,
              "CPU time of samples so far",
              f -> Values.seconds(f.waiting.samplingNs())),
          line(
              "history",
              SECONDS,
              "interval of the history's samples, --history=; 0: there is none",
              f -> Values.seconds(f.history.intervalNs())),
          line(
              "history.last",
              SECONDS,
              "time between its last two samples; longer if they would take more than 4 % of a CPU",
              f -> Values.seconds(f.history.lastIntervalNs())),
          line("history.samples", NUMBER, "its samples so far", f -> f.history.samples()),
          line(
              "history.seconds",
              SECONDS,
              "CPU time that they took, without passes that conditions needed too",
              f -> Values.seconds(f.history.spentNs())),
          line("history.entities", NUMBER, "processes and threads", f -> f.history.entities()),
          line(
              "history.entities.max",
              NUMBER,
              "bound of the processes, and of the threads; further ones have no history",
              f -> f.history.maxEntities()),
          line(
              "history.series",
              NUMBER,
              "metrics of them that are followed; one that was always about 0 is none",
              f -> f.history.series()),
          line("history.series.max", NUMBER, "its bound", f -> f.history.maxSeries()),
          line(
              "history.series.refused",
              NUMBER,
              "how many were not followed because of the bound",
              f -> f.history.refusedSeries()),
          new AboutLine(
              "unreadable",
              "pid comm since s",
              "a process whose memory can't be read, one line each; since when by boot time",
              AboutLine::unreadable),
          new AboutLine(
              "warning",
              TEXT,
              "what this host can't provide, or what has run out, one line each",
              AboutLine::warnings));

  private static AboutLine line(
      String name, String unit, String meaning, Function<Facts, Object> value) {
    return new AboutLine(name, unit, meaning, facts -> line(name, value.apply(facts)));
  }

  private static String line(String name, Object value) {
    return name + "=" + value + "\n";
  }

  private static String source(Facts facts) {
    return facts.kernel.source().kind().name().toLowerCase(Locale.ROOT);
  }

  private static String parts(Facts facts) {
    return facts.kernel.source().parts().entrySet().stream()
        .map(part -> line(part.getKey(), part.getValue()))
        .collect(Collectors.joining());
  }

  private static String uptime() {
    return Values.seconds(ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000);
  }

  private static String cpuTime() {
    long ns = ProcessHandle.current().info().totalCpuDuration().map(d -> d.toNanos()).orElse(0L);
    return Values.seconds(ns);
  }

  private static String users(Map<Long, Integer> waiters) {
    return waiters.entrySet().stream()
        .map(user -> user.getKey() + ":" + user.getValue())
        .collect(Collectors.joining(" "));
  }

  private static String unreadable(Facts facts) {
    return facts.kernel.source().unreadable().stream()
        .map(process -> line("unreadable", text(process)))
        .collect(Collectors.joining());
  }

  private static String text(UnreadableProcess process) {
    return process.pid()
        + " "
        + Values.escaped(process.comm())
        + " since "
        + Values.seconds(process.sinceNs());
  }

  private static String warnings(Facts facts) {
    return facts.warnings.stream()
        .map(warning -> line("warning", warning))
        .collect(Collectors.joining());
  }
}
