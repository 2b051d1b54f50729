package kifs.fs.root.processes.threads;

import java.util.List;
import java.util.Set;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.KernelSource;

/**
 * The attributes of a thread, and of all threads of a process together, and the limits of a thread,
 * as far as a source provides them. One instance serves all threads. Immutable.
 */
public record ThreadAttributeTables(
    AttributeTable<ThreadAttributes.Entity> thread,
    AttributeTable<Kernel> sum,
    List<LimitKind> limits) {

  /**
   * @param sums the attributes of all threads of a process together. The caller passes them,
   *     because their names come from the attributes of a process, which this package doesn't use
   */
  public static ThreadAttributeTables of(KernelSource source, List<Attribute<Kernel>> sums) {
    return new ThreadAttributeTables(
        new AttributeTable<>(
            ThreadRecord.TYPE,
            ThreadAttributes.ALL,
            source.fields(ThreadRecord.TYPE, Detail.FULL),
            Set.of()),
        new AttributeTable<>(
            TotalRecord.TYPE, sums, source.fields(TotalRecord.TYPE, Detail.FULL), Set.of()),
        LimitsDirectory.provided(LimitKind.OF_THREADS, source));
  }
}
