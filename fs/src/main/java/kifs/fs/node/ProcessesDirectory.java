package kifs.fs.node;

import java.util.ArrayList;
import java.util.List;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code processes/}: every process by its id, and all of them together. */
final class ProcessesDirectory implements Directory {
  /** What any bulk of the whole host may be asked for. */
  static final RecordType[] HOST_WIDE = {
    SystemRecord.TYPE,
    CpuRecord.TYPE,
    ProcessRecord.TYPE,
    ThreadRecord.TYPE,
    CommandRecord.TYPE,
    LimitsRecord.TYPE,
    TotalRecord.TYPE,
    FdRecord.TYPE,
    ShmRecord.TYPE,
    ShmUserRecord.TYPE,
    WaitRecord.TYPE
  };

  private final Kernel kernel;
  private final ProcessTables tables;
  private final StaticDirectory fixed;

  ProcessesDirectory(Kernel kernel) {
    this.kernel = kernel;
    this.tables = ProcessTables.of(kernel.source());
    this.fixed =
        new StaticDirectory()
            .withBulk(
                new BulkNode.Scope(
                    Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE),
                    () -> kernel.snapshots()::takeShared,
                    HOST_WIDE))
            .with("self", new SelfLink())
            .with("each", each())
            .with("sum", sum());
  }

  private Directory each() {
    return new StaticDirectory()
        .with(
            "notify",
            new NotifyDirectory(
                kernel.thresholds(),
                EntityKind.PROCESS,
                false,
                "processes/each",
                Scope::eachProcess));
  }

  private Directory sum() {
    return new SumDirectory(
        kernel,
        tables.sum(),
        () -> kernel.snapshots()::takeShared,
        () ->
            new NotifyDirectory(
                kernel.thresholds(),
                EntityKind.PROCESS,
                true,
                "processes/sum",
                Scope::allProcesses));
  }

  @Override
  public Node lookup(String name) {
    int pid = Ids.parse(name);
    return pid < 0 ? fixed.lookup(name) : process(pid);
  }

  private Node process(int pid) {
    try (ProcessRef process = kernel.process(pid)) {
      ProcessRef.Owner owner =
          process
              .owner()
              .orElseThrow(() -> new FsException(Errno.ENOENT, "process " + pid + " has gone"));
      return new ProcessDirectory(kernel, tables, pid, new Owner(owner.user(), owner.group()));
    }
  }

  @Override
  public boolean keeps(String name) {
    return Ids.parse(name) < 0;
  }

  @Override
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>(fixed.list());
    for (int pid : kernel.source().pids()) {
      entries.add(new Entry(Integer.toString(pid), Kind.DIRECTORY));
    }
    return entries;
  }
}
