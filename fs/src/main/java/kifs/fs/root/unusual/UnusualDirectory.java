package kifs.fs.root.unusual;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.entity.StaticDirectory;
import kifs.fs.node.history.Chart;
import kifs.fs.node.history.Figures;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.ConstantNode;
import kifs.fs.node.text.TextNode;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Directory;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.history.History;
import kifs.notifier.history.KeptSamples;
import kifs.notifier.history.Oddity;
import kifs.notifier.metric.Unit;

/** {@code unusual/}: tables and a picture of what is unusual, worst first. Thread-safe. */
public final class UnusualDirectory {
  private static final int MAX_ROWS = 100;
  private static final int MAX_PANELS = 10;

  /** What is closer to usual than that is not listed. */
  private static final double MIN_SCORE = 1;

  private static final String README =
      """
      What is farthest from what is usual for it, worst first. A score of 6 or more is unusual;
      such scores come by themselves less than once in 10 million samples. A process or thread is
      scored after about half an hour, or sooner if its program has run under the same user before.

        processes    processes with the metric that is unusual, its value now, and the usual range
        threads      the same of threads
        report.svg   a picture of the ten worst processes and threads

      processes/<pid>/history has the samples, and notify/unusual/above/6 waits for a score.
      """;

  private final Kernel kernel;
  private final History history;

  private UnusualDirectory(Kernel kernel) {
    this.kernel = kernel;
    history = kernel.notifier().history();
  }

  /** Makes the directory. */
  public static Directory of(Kernel kernel) {
    UnusualDirectory unusual = new UnusualDirectory(kernel);
    return new StaticDirectory()
        .with("README", new ConstantNode(() -> README))
        .with("processes", unusual.node(unusual::processes))
        .with("threads", unusual.node(unusual::threads))
        .with("report.svg", unusual.node(unusual::report));
  }

  private interface Text {
    String of(Viewer viewer);
  }

  private TextNode node(Text text) {
    return new TextNode(
        caller -> {
          Viewer viewer = kernel.access().viewer(caller);
          return BoundText.on(kernel.snapshots().wide(viewer), () -> text.of(viewer));
        });
  }

  /** An unusual entity with what describes it. */
  private record Row(History.Unusual unusual, long bornNs, long uid, String comm) {
    Oddity oddity() {
      return unusual.oddity();
    }

    Unit unit() {
      return oddity().metric().unit();
    }

    String now() {
      return Figures.shown(unit(), oddity().explanation().now());
    }

    String usual() {
      return Figures.range(
          unit(), oddity().explanation().usualLow(), oddity().explanation().usualHigh());
    }
  }

  /** The entities that a client may see, and that still exist. */
  private List<Row> rows(EntityKind kind, int max, Viewer viewer) {
    List<Row> rows = new ArrayList<>();
    for (History.Unusual each :
        history.worst(kind, max, MIN_SCORE, pid -> kernel.sees(viewer, pid, Guard.PTRACE))) {
      if (!viewer.hidesOthers() || kernel.sees(viewer, each.pid(), Guard.OPEN)) {
        row(each).ifPresent(rows::add);
      }
    }
    return rows;
  }

  private Optional<Row> row(History.Unusual unusual) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    long fields = ProcessRecord.UID.bit() | ProcessRecord.COMM.bit() | ProcessRecord.START.bit();
    try (ProcessRef ref = kernel.source().process(unusual.pid()).orElse(null)) {
      if (ref == null || !ref.read(fields, process)) {
        return Optional.empty();
      }
      long uid = process.get(ProcessRecord.UID);
      if (unusual.tid() == 0) {
        String comm = Values.of(process.bytes(ProcessRecord.COMM));
        return Optional.of(new Row(unusual, process.get(ProcessRecord.START), uid, comm));
      }
      Record thread = Record.allocate(ThreadRecord.TYPE);
      try (ThreadRef own = ref.thread(unusual.tid()).orElse(null)) {
        if (own == null || !own.read(ThreadRecord.COMM.bit() | ThreadRecord.START.bit(), thread)) {
          return Optional.empty();
        }
      }
      String comm = Values.of(thread.bytes(ThreadRecord.COMM));
      return Optional.of(new Row(unusual, thread.get(ThreadRecord.START), uid, comm));
    }
  }

  private String processes(Viewer viewer) {
    TextTable table = new TextTable("SCORE", "METRIC", "NOW", "USUAL", "PID", "UID", "COMMAND");
    for (Row row : rows(EntityKind.PROCESS, MAX_ROWS, viewer)) {
      table.row(
          Values.percent(row.oddity().score()),
          row.oddity().metric().name(),
          row.now(),
          row.usual(),
          row.unusual().pid(),
          row.uid(),
          row.comm());
    }
    return table.text();
  }

  private String threads(Viewer viewer) {
    TextTable table =
        new TextTable("SCORE", "METRIC", "NOW", "USUAL", "PID", "TID", "UID", "COMMAND");
    for (Row row : rows(EntityKind.THREAD, MAX_ROWS, viewer)) {
      table.row(
          Values.percent(row.oddity().score()),
          row.oddity().metric().name(),
          row.now(),
          row.usual(),
          row.unusual().pid(),
          row.unusual().tid(),
          row.uid(),
          row.comm());
    }
    return table.text();
  }

  private String report(Viewer viewer) {
    List<Row> worst = new ArrayList<>(rows(EntityKind.PROCESS, MAX_PANELS, viewer));
    worst.addAll(rows(EntityKind.THREAD, MAX_PANELS, viewer));
    List<Chart.Panel> panels =
        worst.stream()
            .sorted(Comparator.comparingDouble((Row row) -> row.oddity().score()).reversed())
            .limit(MAX_PANELS)
            .flatMap(row -> panel(row).stream())
            .toList();
    return Chart.of("The most unusual processes and threads", panels);
  }

  private Optional<Chart.Panel> panel(Row row) {
    History.Unusual unusual = row.unusual();
    String entity =
        unusual.tid() == 0
            ? row.comm() + " (" + unusual.pid() + ")"
            : row.comm() + " (thread " + unusual.tid() + " of " + unusual.pid() + ")";
    String title =
        "%s: %s %s, usually %s. Score %.1f"
            .formatted(
                entity, row.oddity().metric().name(), row.now(), row.usual(), row.oddity().score());
    Optional<KeptSamples> kept =
        history.samples(
            unusual.pid(),
            unusual.tid(),
            row.bornNs(),
            metric -> metric.metric() == row.oddity().metric());
    return kept.map(samples -> new Chart.Panel(title, samples, 0));
  }
}
