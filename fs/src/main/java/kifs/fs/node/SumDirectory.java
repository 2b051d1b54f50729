package kifs.fs.node;

import java.util.function.Supplier;
import kifs.fs.node.BulkNode.Bound;
import kifs.fs.tree.Directory;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.TotalRecord;

/** {@code sum/} of a collection: each file sums only what it needs. */
final class SumDirectory extends EntityDirectory<Kernel, Bound> {
  private static final Query BULK = Query.of(TotalRecord.TYPE);

  private final Kernel kernel;
  private final Supplier<Bound> binding;
  private final Supplier<Directory> notifications;

  /**
   * @param binding binds to the collection
   */
  SumDirectory(
      Kernel kernel,
      AttributeTable<Kernel> table,
      Supplier<Bound> binding,
      Supplier<Directory> notifications) {
    super(table, Owner.ROOT);
    this.kernel = kernel;
    this.binding = binding;
    this.notifications = notifications;
  }

  @Override
  BulkNode.Scope bulk() {
    return new BulkNode.Scope(BULK, binding);
  }

  @Override
  Directory notifications() {
    return notifications.get();
  }

  @Override
  Bound bind() {
    return binding.get();
  }

  @Override
  Kernel entity(Bound bound) {
    return kernel;
  }

  @Override
  Record read(Bound bound, long fields) {
    Record total = Record.allocate(TotalRecord.TYPE);
    if (fields != 0) {
      Bulk bulk = bound.take(BULK.withFields(TotalRecord.TYPE, fields)).join();
      bulk.forEach(TotalRecord.TYPE, total::copy);
      bulk.release();
    }
    return total;
  }

  /** It is a pass over all of them. */
  @Override
  boolean isSlow() {
    return true;
  }

  @Override
  boolean isAlive(Bound bound) {
    return true;
  }
}
