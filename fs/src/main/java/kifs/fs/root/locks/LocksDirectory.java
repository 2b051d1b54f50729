package kifs.fs.root.locks;

import java.util.List;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.entity.StaticDirectory;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.WaitRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;

/**
 * {@code locks/}: the waits of the whole host. They are read from the kernel only when a file is
 * read. Thread-safe.
 */
public final class LocksDirectory implements Directory {
  static final Query BULK = Query.of(WaitRecord.TYPE);

  private final Kernel kernel;
  private final StaticDirectory fixed;

  public LocksDirectory(Kernel kernel) {
    this.kernel = kernel;
    this.fixed =
        new StaticDirectory()
            .withBulk(new BulkNode.Content(BULK, kernel::hostBulk), kernel.refusals().in("locks"))
            .with("waits", table(LockTables::waits))
            .with("deadlocks", table(LockTables::deadlocks))
            .with("deadlock.count", table(LockTables::deadlockCount))
            .with("graph.dot", table(DotGraph::text))
            .with(
                NotifyDirectory.NAME,
                new NotifyDirectory(
                    kernel.subscriptions(),
                    EntityKind.LOCKS,
                    false,
                    "locks",
                    Gate.OF_ANY,
                    Scopes::locks));
  }

  /** Writes a file from the edges of the graph. */
  @FunctionalInterface
  private interface Writer {
    String write(List<WaitRow> rows, long nowNs);
  }

  private TextNode table(Writer writer) {
    return new TextNode(
        caller -> {
          Viewer viewer = kernel.access().viewer(caller);
          return BoundText.on(kernel.snapshots().wide(viewer), () -> text(writer, viewer));
        });
  }

  private String text(Writer writer, Viewer viewer) {
    try (Bulk bulk = kernel.snapshots().takeShared(BULK, viewer).join()) {
      return writer.write(WaitRow.of(bulk), bulk.snapshot().get(SnapshotRecord.BOOTTIME));
    }
  }

  @Override
  public Node lookup(String name, Caller caller) {
    return fixed.lookup(name, caller);
  }

  @Override
  public boolean lasts(String name) {
    return true;
  }

  @Override
  public List<Entry> list(Caller caller) {
    return fixed.list(caller);
  }
}
