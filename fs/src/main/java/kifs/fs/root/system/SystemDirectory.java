package kifs.fs.root.system;

import java.util.Set;
import kifs.fs.access.Gate;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.EntityDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.tree.Directory;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;

/**
 * {@code system/}: the host as one entity. The host never vanishes, so an open file binds to
 * nothing.
 */
public final class SystemDirectory extends EntityDirectory<Kernel, AutoCloseable> {
  private static final Query BULK = Query.of(SystemRecord.TYPE, CpuRecord.TYPE);

  private final Kernel kernel;

  public SystemDirectory(Kernel kernel) {
    super(kernel, table(kernel), Owner.ROOT);
    this.kernel = kernel;
  }

  private static AttributeTable<Kernel> table(Kernel kernel) {
    return new AttributeTable<>(
        SystemRecord.TYPE,
        SystemAttributes.ALL,
        kernel.source().fields(SystemRecord.TYPE, Detail.FULL),
        Set.of());
  }

  @Override
  protected String path() {
    return "system";
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, kernel::hostBulk);
  }

  @Override
  protected Directory notifications() {
    return new NotifyDirectory(
        kernel.subscriptions(), EntityKind.SYSTEM, false, path(), Gate.OF_ALL, Scopes::system);
  }

  @Override
  protected AutoCloseable bind() {
    return () -> {};
  }

  @Override
  protected Kernel entity(AutoCloseable bound) {
    return kernel;
  }

  @Override
  protected Record read(AutoCloseable bound, long fields) {
    Record system = Record.allocate(SystemRecord.TYPE);
    kernel.source().readSystem(fields, system);
    return system;
  }

  @Override
  protected boolean isAlive(AutoCloseable bound) {
    return true;
  }
}
