package kifs.fs.root;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.UnreadableProcess;
import kifs.notifier.NotifierOptions;
import kifs.notifier.NotifierStatus;

/** {@code about}: the state of kifs itself, as key=value lines. Thread-safe. */
public final class About {
  private final Kernel kernel;
  private final String version;
  private final NotifierOptions options;
  private final List<String> warnings;

  /**
   * @param warnings the daemon may still add to this list, so it must be thread-safe
   */
  public About(Kernel kernel, String version, NotifierOptions options, List<String> warnings) {
    this.kernel = kernel;
    this.version = version;
    this.options = options;
    this.warnings = warnings;
  }

  public String text() {
    KernelSource source = kernel.source();
    NotifierStatus status = kernel.notifier().status();
    StringBuilder out = new StringBuilder();
    line(out, "version", version);
    line(out, "source", source.kind().name().toLowerCase(Locale.ROOT));
    source.parts().forEach((part, state) -> line(out, part, state));
    line(out, "boot", source.host().boot().toString());
    line(out, "host", source.host().name());
    line(out, "pid", ProcessHandle.current().pid());
    line(
        out,
        "uptime",
        Values.seconds(ManagementFactory.getRuntimeMXBean().getUptime() * 1_000_000));
    line(out, "cpu.time", Values.seconds(ownCpuNs()));
    out.append(kernel.snapshots().status());
    line(out, "waiters", status.waiters());
    line(out, "waiters.max", options.maxWaiters());
    line(out, "waiters.max.user", options.maxWaitersPerUser());
    line(out, "conditions", status.conditions());
    line(out, "tick.finest", Values.seconds(options.minTickNs()));
    line(out, "tick", Values.seconds(status.tickNs()));
    line(out, "ticks.late", status.lateTicks());
    line(out, "ticks.late.worst", Values.seconds(status.worstLateNs()));
    line(out, "pushed", status.pushed());
    line(out, "samples", status.samples());
    line(out, "samples.seconds", Values.seconds(status.samplingNs()));
    source.unreadable().forEach(process -> line(out, "unreadable", text(process)));
    // A source can add warnings at any time, so they are read at each call.
    Stream.concat(warnings.stream(), source.warnings().stream())
        .distinct()
        .forEach(warning -> line(out, "warning", warning));
    return out.toString();
  }

  private static String text(UnreadableProcess process) {
    return process.pid()
        + " "
        + Values.escaped(process.comm())
        + " since "
        + Values.seconds(process.sinceNs());
  }

  private static void line(StringBuilder out, String key, Object value) {
    out.append(key).append('=').append(value).append('\n');
  }

  private static long ownCpuNs() {
    return ProcessHandle.current().info().totalCpuDuration().map(d -> d.toNanos()).orElse(0L);
  }
}
