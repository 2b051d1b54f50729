package kifs.fs.root.metrics;

import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.kernel.record.Guard;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.history.History;
import kifs.notifier.history.detector.SeriesStore;

/** How many processes and threads are unusual; nothing without a history. Immutable. */
record UnusualPart(Kernel kernel) implements Part {
  private static final String HELP =
      " whose score is " + (int) SeriesStore.UNUSUAL + " or more; the directory unusual lists them";

  private static final Family PROCESSES =
      Family.of("unusual", "processes", "", false, "processes" + HELP);
  private static final Family THREADS =
      Family.of("unusual", "threads", "", false, "threads" + HELP);

  @Override
  public void write(Viewer viewer, int top, Exposition out) {
    if (kernel.notifier().history().isOn()) {
      out.add(PROCESSES, "", count(EntityKind.PROCESS, viewer));
      out.add(THREADS, "", count(EntityKind.THREAD, viewer));
    }
  }

  private String count(EntityKind kind, Viewer viewer) {
    History history = kernel.notifier().history();
    long count =
        history
            .worst(
                kind,
                Integer.MAX_VALUE,
                SeriesStore.UNUSUAL,
                pid -> kernel.sees(viewer, pid, Guard.PTRACE))
            .stream()
            .filter(each -> !viewer.hidesOthers() || kernel.sees(viewer, each.pid(), Guard.OPEN))
            .count();
    return Long.toString(count);
  }
}
