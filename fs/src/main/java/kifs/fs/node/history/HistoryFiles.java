package kifs.fs.node.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory.Entry;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.record.Guard;
import kifs.notifier.history.KeptSamples;
import org.jspecify.annotations.Nullable;

/**
 * The files {@code history} and {@code history.svg} of a process or thread. They show the guarded
 * metrics only to those who may see them. Immutable.
 *
 * @param pid the process, or the process of the thread
 * @param tid the thread; 0: a process
 * @param binding binds to the entity when a file is opened
 */
public record HistoryFiles(Kernel kernel, int pid, int tid, Supplier<Bound> binding) {
  private static final String CSV = "history";
  private static final String PICTURE = "history.svg";
  private static final List<Entry> ENTRIES =
      List.of(new Entry(CSV, Kind.FILE), new Entry(PICTURE, Kind.FILE));

  /**
   * An entity that a file is bound to.
   *
   * @param bornNs reads the boot time at which the entity began, ns; negative: it has vanished
   * @param release closes the ref of the entity
   */
  public record Bound(LongSupplier bornNs, Runnable release) {}

  /** The entries of the directory of an entity; none if there is no history. */
  public static List<Entry> entries(Kernel kernel) {
    return kernel.notifier().history().isOn() ? ENTRIES : List.of();
  }

  /** Finds the node of one of the entries; null if there is none. */
  public @Nullable Node find(String name) {
    if (!kernel.notifier().history().isOn()) {
      return null;
    }
    return switch (name) {
      case CSV -> new TextNode(caller -> text(caller, this::csv));
      case PICTURE -> new TextNode(caller -> text(caller, this::picture));
      default -> null;
    };
  }

  private interface Format {
    String of(KeptSamples kept);
  }

  private BoundText text(Caller caller, Format format) {
    Viewer viewer = kernel.access().viewer(caller);
    Bound bound = binding.get();
    return new BoundText() {
      @Override
      public String text() {
        return format.of(kept(bound, viewer));
      }

      @Override
      public void close() {
        bound.release().run();
      }
    };
  }

  private KeptSamples kept(Bound bound, Viewer viewer) {
    boolean seesGuarded = kernel.sees(viewer, pid, Guard.PTRACE);
    long bornNs = bound.bornNs().getAsLong();
    if (bornNs < 0) {
      throw new FsException(Errno.ESRCH, "the entity has vanished");
    }
    Optional<KeptSamples> kept =
        kernel
            .notifier()
            .history()
            .samples(pid, tid, bornNs, metric -> metric.isOpen() || seesGuarded);
    // An entity that began after the last sample has none.
    return kept.orElseGet(() -> new KeptSamples(List.of(), List.of(), List.of()));
  }

  private String csv(KeptSamples kept) {
    long offsetNs = kernel.source().clock().realtimeNs() - kernel.boottimeNs();
    return HistoryCsv.text(kept, offsetNs);
  }

  private String picture(KeptSamples kept) {
    List<Chart.Panel> panels = new ArrayList<>();
    for (int i = 0; i < kept.metrics().size(); i++) {
      if (!isAlwaysZero(kept, i)) {
        panels.add(new Chart.Panel(title(kept, i), kept, i));
      }
    }
    String name = tid == 0 ? "process " + pid : "thread " + tid + " of process " + pid;
    return Chart.of(name, panels);
  }

  /** Whether a metric has nothing to draw. The first one, the CPU usage, always has. */
  private static boolean isAlwaysZero(KeptSamples kept, int column) {
    return column > 0
        && kept.rows().stream().allMatch(row -> row.values()[column] == 0)
        && kept.usual().get(column).high() == 0;
  }

  private static String title(KeptSamples kept, int column) {
    KeptSamples.Range usual = kept.usual().get(column);
    var metric = kept.metrics().get(column).metric();
    double now =
        kept.rows().isEmpty()
            ? Double.NaN
            : kept.rows().get(kept.rows().size() - 1).values()[column];
    String present =
        metric.name() + (Double.isNaN(now) ? "" : " " + Figures.shown(metric.unit(), now));
    return usual.isKnown()
        ? present + ", usually " + Figures.range(metric.unit(), usual.low(), usual.high())
        : present;
  }
}
