package kifs.fs.root;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
 * @param nature whether and how {@code metrics} shows it
 * @param text the line or lines, each with its end
 */
public record AboutLine(
    String name,
    String unit,
    String meaning,
    Nature nature,
    Function<AboutLine.Facts, String> text) {

  /** What a line is for those who draw its values over time. */
  public enum Nature {
    /** A text, an id or an option: no figure. */
    FIXED,
    /** A figure that rises and falls. */
    GAUGE,
    /** A figure that never falls as long as the daemon runs. */
    COUNTER,
    /** One line for each thing that there is. Their number is the figure. */
    LIST
  }

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
              Nature.FIXED,
              AboutLine::parts),
          line(
              "transport",
              TEXT,
              "what serves the tree: jnr-fuse (by libfuse 2), or direct",
              Facts::transport),
          line("boot", TEXT, "id of the host's boot", f -> f.kernel.source().host().boot()),
          line("host", TEXT, "name of the host", f -> f.kernel.source().host().name()),
          line("pid", NUMBER, "the daemon's process", f -> ProcessHandle.current().pid()),
          gauge("uptime", SECONDS, "since the daemon's start", f -> uptime()),
          counter("cpu.time", SECONDS, "CPU time of the daemon", f -> cpuTime()),
          gauge("memory", BYTES, "resident memory of the daemon", f -> f.memory.resident()),
          gauge("memory.files", BYTES, "of it, mapped files and BPF maps", f -> f.memory.files()),
          gauge("memory.heap", BYTES, "Java heap in use, with garbage", f -> f.memory.heap()),
          gauge("memory.heap.max", BYTES, "its bound, -Xmx in mount.sh", f -> f.memory.heapMax()),
          gauge(
              "memory.buffers",
              BYTES,
              "direct buffers; their bound is -XX:MaxDirectMemorySize in mount.sh",
              f -> f.memory.buffers()),
          gauge(
              "memory.other",
              BYTES,
              "malloc (two arenas, trimmed once a minute), stacks, compiled code, metaspace",
              f -> f.memory.other()),
          gauge("names", NUMBER, "names that the kernel remembers, about", f -> f.usage.names()),
          gauge(
              "names.max",
              NUMBER,
              "from this number on it remembers no further ones below entities",
              f -> f.usage.maxNames()),
          counter("snapshots", NUMBER, "snapshots taken so far", f -> f.snapshots.taken()),
          counter(
              "snapshots.seconds",
              SECONDS,
              "time that they took",
              f -> Values.seconds(f.snapshots.spentNs())),
          gauge(
              "snapshots.last.seconds",
              SECONDS,
              "time that the last one took",
              f -> Values.seconds(f.snapshots.lastNs())),
          gauge(
              "snapshots.held",
              NUMBER,
              "snapshots that open files hold in memory",
              f -> f.snapshots.held()),
          gauge(
              "snapshots.bytes",
              BYTES,
              "memory of those and of snapshots in progress",
              f -> f.snapshots.heldBytes()),
          gauge(
              "snapshots.bytes.max",
              BYTES,
              "its bound; a snapshot that would exceed it fails with ENOMEM",
              f -> f.snapshots.maxBytes()),
          gauge(
              "snapshots.bytes.max.user",
              BYTES,
              "bound of the snapshots of one user who doesn't see everything",
              f -> f.snapshots.maxBytesOfUser()),
          gauge("files", NUMBER, "open files of all users but root", f -> f.usage.files()),
          gauge("files.max", NUMBER, "its bound; more get ENFILE", f -> f.usage.maxFiles()),
          gauge(
              "files.max.user",
              NUMBER,
              "bound of the open files of one user but root",
              f -> f.usage.maxFilesOfUser()),
          gauge("waiters", NUMBER, "waiters now", f -> f.waiting.waiters()),
          line(
              "waiters.users",
              "uid:number …",
              "waiters of each user that has any",
              f -> users(f.waiting.waitersByUser())),
          gauge(
              "waiters.max",
              NUMBER,
              "bound of the waiters; more get EAGAIN",
              f -> f.waiting.maxWaiters()),
          gauge(
              "waiters.max.user",
              NUMBER,
              "bound of the waiters of one user",
              f -> f.waiting.maxWaitersPerUser()),
          gauge("conditions", NUMBER, "distinct conditions", f -> f.waiting.conditions()),
          gauge(
              "events.queued",
              NUMBER,
              "events that their waiters have not read yet",
              f -> f.waiting.queuedEvents()),
          gauge(
              "events.queued.max",
              NUMBER,
              "its bound, besides the first event of each waiter; the oldest are dropped",
              f -> NotifierOptions.MAX_QUEUED_EVENTS),
          counter(
              "events.lost",
              NUMBER,
              "lost events so far, added up over all waiters",
              f -> f.waiting.lostEvents()),
          line(
              "tick.finest",
              SECONDS,
              "shortest interval of samples, --tick=",
              f -> Values.seconds(f.options.minTickNs())),
          gauge(
              "tick",
              SECONDS,
              "interval of the last two samples; 0: nothing is sampled",
              f -> Values.seconds(f.waiting.tickNs())),
          counter(
              "ticks.late",
              NUMBER,
              "samples that the host delayed by more than half a tick",
              f -> f.waiting.lateTicks()),
          gauge(
              "ticks.late.worst",
              SECONDS,
              "longest such delay",
              f -> Values.seconds(f.waiting.worstLateNs())),
          counter("pushed", NUMBER, "pushes of the kernel so far", f -> f.waiting.pushed()),
          counter("samples", NUMBER, "samples so far", f -> f.waiting.samples()),
          counter(
              "samples.seconds",
              SECONDS,
              "CPU time of samples so far",
              f -> Values.seconds(f.waiting.samplingNs())),
          line(
              "history",
              SECONDS,
              "interval of the history's samples, --history=; 0: there is none",
              f -> Values.seconds(f.history.intervalNs())),
          gauge(
              "history.last",
              SECONDS,
              "time between its last two samples; longer if they would take more than 4 % of a CPU",
              f -> Values.seconds(f.history.lastIntervalNs())),
          counter("history.samples", NUMBER, "its samples so far", f -> f.history.samples()),
          counter(
              "history.seconds",
              SECONDS,
              "CPU time that they took, without passes that conditions needed too",
              f -> Values.seconds(f.history.spentNs())),
          gauge("history.entities", NUMBER, "processes and threads", f -> f.history.entities()),
          gauge(
              "history.entities.max",
              NUMBER,
              "bound of the processes, and of the threads; further ones have no history",
              f -> f.history.maxEntities()),
          gauge(
              "history.series",
              NUMBER,
              "metrics of them that are followed; one that was always about 0 is none",
              f -> f.history.series()),
          gauge("history.series.max", NUMBER, "its bound", f -> f.history.maxSeries()),
          counter(
              "history.series.refused",
              NUMBER,
              "how many were not followed because of the bound",
              f -> f.history.refusedSeries()),
          new AboutLine(
              "unreadable",
              "pid comm since s",
              "a process whose memory can't be read, one line each; since when by boot time",
              Nature.LIST,
              AboutLine::unreadable),
          new AboutLine(
              "warning",
              TEXT,
              "what this host can't provide, or what has run out, one line each",
              Nature.LIST,
              AboutLine::warnings));

  private static AboutLine line(
      String name, String unit, String meaning, Function<Facts, Object> value) {
    return line(name, unit, meaning, Nature.FIXED, value);
  }

  private static AboutLine gauge(
      String name, String unit, String meaning, Function<Facts, Object> value) {
    return line(name, unit, meaning, Nature.GAUGE, value);
  }

  private static AboutLine counter(
      String name, String unit, String meaning, Function<Facts, Object> value) {
    return line(name, unit, meaning, Nature.COUNTER, value);
  }

  private static AboutLine line(
      String name, String unit, String meaning, Nature nature, Function<Facts, Object> value) {
    return new AboutLine(name, unit, meaning, nature, facts -> line(name, value.apply(facts)));
  }

  /** The value of a figure as {@code about} writes it; empty: the line is no figure. */
  Optional<String> figure(Facts facts) {
    return switch (nature) {
      case FIXED -> Optional.empty();
      case LIST -> Optional.of(Long.toString(text.apply(facts).lines().count()));
      case GAUGE, COUNTER -> Optional.of(text.apply(facts).substring(name.length() + 1).strip());
    };
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
