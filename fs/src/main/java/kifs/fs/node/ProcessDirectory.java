package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code processes/<pid>/}. */
final class ProcessDirectory {
  private ProcessDirectory() {}

  static StaticDirectory of(Kernel kernel, int pid, Node.Owner owner) {
    StaticDirectory directory = new StaticDirectory(owner);
    directory.withBulk(
        new BulkNode.Scope(
            Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE),
            () -> new BoundProcess(kernel, bind(kernel, pid)),
            LimitsRecord.TYPE));
    directory.with(
        "notify",
        NotifyDirectory.of(
            kernel,
            EntityKind.PROCESS,
            "processes/" + pid,
            () -> Scope.process(bind(kernel, pid))));
    directory.with("threads", new ThreadsDirectory(kernel, pid, owner));
    new ProcessFiles(kernel, pid).addTo(directory);
    return directory;
  }

  /** The process that has that id now. */
  static ProcessRef bind(Kernel kernel, int pid) {
    return kernel
        .source()
        .process(pid)
        .orElseThrow(() -> new FsException(Errno.ENOENT, "no process " + pid));
  }

  /** A bulk of one process. */
  record BoundProcess(Kernel kernel, ProcessRef process) implements BulkNode.Bound {
    @Override
    public CompletableFuture<Bulk> take(Query query) {
      return kernel.snapshots().takeOwn(query, process::collect);
    }

    @Override
    public void close() {
      process.close();
    }
  }

  private static final class ProcessFiles extends Attributes<ProcessAttributes.Entity, ProcessRef> {
    private final Kernel kernel;
    private final int pid;

    ProcessFiles(Kernel kernel, int pid) {
      super(ProcessAttributes.ALL, kernel.source().fields(ProcessRecord.TYPE, Detail.FULL));
      this.kernel = kernel;
      this.pid = pid;
    }

    @Override
    ProcessRef bind() {
      return ProcessDirectory.bind(kernel, pid);
    }

    @Override
    ProcessAttributes.Entity entity(ProcessRef bound) {
      return new ProcessAttributes.Entity(kernel, bound);
    }

    @Override
    Record read(ProcessRef bound, long fields) {
      Record process = Record.allocate(ProcessRecord.TYPE);
      return bound.read(fields, process) ? process : null;
    }

    @Override
    boolean isAlive(ProcessRef bound) {
      return bound.isAlive();
    }
  }
}
