package kifs.fs.node;

import java.util.List;
import java.util.function.Supplier;
import kifs.fs.node.BulkNode.Bound;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.TotalRecord;

/** The attributes of a {@code sum/}: each sums only what it needs. */
final class SumFiles extends Attributes<Kernel, Bound> {
  private final Kernel kernel;
  private final Supplier<Bound> binding;

  SumFiles(Kernel kernel, List<Attribute<Kernel>> table, Supplier<Bound> binding) {
    super(table, TotalRecord.TYPE.allFields());
    this.kernel = kernel;
    this.binding = binding;
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
      Bulk bulk =
          bound.take(Query.of(TotalRecord.TYPE).withFields(TotalRecord.TYPE, fields)).join();
      bulk.forEach(TotalRecord.TYPE, total::copy);
      bulk.release();
    }
    return total;
  }

  @Override
  boolean isAlive(Bound bound) {
    return true;
  }
}
