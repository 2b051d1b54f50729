package kifs.fs.node.entity;

import java.util.function.Function;
import java.util.function.Supplier;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.tree.Directory;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.TotalRecord;

/**
 * {@code sum/} of a collection. A read of an attribute sums only the fields that the attribute
 * needs.
 */
final class SumDirectory extends EntityDirectory<Kernel, BoundBulk> {
  private static final Query BULK = Query.of(TotalRecord.TYPE);

  private final Kernel kernel;
  private final String path;
  private final Function<Viewer, BoundBulk> binding;
  private final Gate gate;
  private final Supplier<Owner> ownerOfGuarded;
  private final Supplier<Directory> notifications;

  /**
   * @param path the path of this directory below the mountpoint
   * @param binding binds to all entities of the collection, for a client; its bulk has one TOTAL
   *     record
   * @param gate decides who may see which sums
   * @param ownerOfGuarded finds the owner of the files that not everybody may read
   */
  SumDirectory(
      Kernel kernel,
      AttributeTable<Kernel> table,
      String path,
      Function<Viewer, BoundBulk> binding,
      Gate gate,
      Supplier<Owner> ownerOfGuarded,
      Supplier<Directory> notifications) {
    super(kernel, table, Owner.ROOT);
    this.kernel = kernel;
    this.path = path;
    this.binding = binding;
    this.gate = gate;
    this.ownerOfGuarded = ownerOfGuarded;
    this.notifications = notifications;
  }

  @Override
  protected String path() {
    return path;
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, caller -> binding.apply(kernel.access().viewer(caller)));
  }

  @Override
  protected boolean admits(Viewer viewer, Guard guard) {
    return gate.admits(viewer, guard);
  }

  @Override
  protected Owner ownerOfGuarded() {
    return ownerOfGuarded.get();
  }

  @Override
  protected Directory notifications() {
    return notifications.get();
  }

  @Override
  protected boolean isWide() {
    return true;
  }

  @Override
  protected BoundBulk bind() {
    return binding.apply(Viewer.OF_ALL);
  }

  @Override
  protected Kernel entity(BoundBulk bound) {
    return kernel;
  }

  @Override
  protected Record read(BoundBulk bound, long fields) {
    Record total = Record.allocate(TotalRecord.TYPE);
    if (fields != 0) {
      Bulk bulk = bound.take(BULK.withFields(TotalRecord.TYPE, fields)).join();
      bulk.forEach(TotalRecord.TYPE, total::copy);
      bulk.release();
    }
    return total;
  }

  @Override
  protected boolean isAlive(BoundBulk bound) {
    return true;
  }
}
