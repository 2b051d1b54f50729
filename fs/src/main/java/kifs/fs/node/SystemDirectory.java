package kifs.fs.node;

import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelSource;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code system/}: the host as one entity. */
final class SystemDirectory {
  private SystemDirectory() {}

  static StaticDirectory of(Kernel kernel) {
    StaticDirectory directory = new StaticDirectory();
    directory.withBulk(
        new BulkNode.Scope(
            Query.of(SystemRecord.TYPE, CpuRecord.TYPE), () -> kernel.snapshots()::takeShared));
    directory.with(
        "notify", NotifyDirectory.of(kernel, EntityKind.SYSTEM, "system", Scope::system));
    new SystemFiles(kernel).addTo(directory);
    return directory;
  }

  /** The host is always there: nothing is bound. */
  private static final class SystemFiles extends Attributes<Kernel, AutoCloseable> {
    private final Kernel kernel;

    SystemFiles(Kernel kernel) {
      super(SystemAttributes.ALL, available(kernel.source()));
      this.kernel = kernel;
    }

    private static long available(KernelSource source) {
      return source.fields(SystemRecord.TYPE, Detail.FULL);
    }

    @Override
    AutoCloseable bind() {
      return () -> {};
    }

    @Override
    Kernel entity(AutoCloseable bound) {
      return kernel;
    }

    @Override
    Record read(AutoCloseable bound, long fields) {
      Record system = Record.allocate(SystemRecord.TYPE);
      kernel.source().readSystem(fields, system);
      return system;
    }

    @Override
    boolean isAlive(AutoCloseable bound) {
      return true;
    }
  }
}
