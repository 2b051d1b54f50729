package kifs.fs.node;

import java.util.concurrent.CompletableFuture;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code processes/<pid>/threads/<tid>/}. */
final class ThreadDirectory {
  private ThreadDirectory() {}

  static StaticDirectory of(Kernel kernel, int pid, int tid, Node.Owner owner) {
    StaticDirectory directory = new StaticDirectory(owner);
    directory.withBulk(
        new BulkNode.Scope(
            Query.of(ThreadRecord.TYPE), () -> new BoundThread(kernel, bind(kernel, pid, tid))));
    directory.with(
        "notify",
        NotifyDirectory.of(
            kernel,
            EntityKind.THREAD,
            "processes/" + pid + "/threads/" + tid,
            () -> scope(kernel, pid, tid)));
    new ThreadFiles(kernel, pid, tid).addTo(directory);
    return directory;
  }

  private static Scope scope(Kernel kernel, int pid, int tid) {
    ProcessRef process = ProcessDirectory.bind(kernel, pid);
    try {
      return Scope.thread(process, bind(process, tid));
    } catch (FsException e) {
      process.close();
      throw e;
    }
  }

  private static ThreadRef bind(Kernel kernel, int pid, int tid) {
    try (ProcessRef process = ProcessDirectory.bind(kernel, pid)) {
      return bind(process, tid);
    }
  }

  private static ThreadRef bind(ProcessRef process, int tid) {
    return process.thread(tid).orElseThrow(() -> new FsException(Errno.ENOENT, "no thread " + tid));
  }

  /** A bulk of one thread. */
  private record BoundThread(Kernel kernel, ThreadRef thread) implements BulkNode.Bound {
    @Override
    public CompletableFuture<Bulk> take(Query query) {
      return kernel.snapshots().takeOwn(query, (q, into, cancellation) -> collect(q, into));
    }

    private boolean collect(Query query, BulkBuilder into) {
      if (!query.wants(ThreadRecord.TYPE)) {
        return true;
      }
      long byDetail = kernel.source().fields(ThreadRecord.TYPE, query.detail());
      return thread.read(query.fields(ThreadRecord.TYPE, byDetail), into.append(ThreadRecord.TYPE));
    }

    @Override
    public void close() {
      thread.close();
    }
  }

  private static final class ThreadFiles extends Attributes<ThreadAttributes.Entity, ThreadRef> {
    private final Kernel kernel;
    private final int pid;
    private final int tid;

    ThreadFiles(Kernel kernel, int pid, int tid) {
      super(ThreadAttributes.ALL, kernel.source().fields(ThreadRecord.TYPE, Detail.FULL));
      this.kernel = kernel;
      this.pid = pid;
      this.tid = tid;
    }

    @Override
    ThreadRef bind() {
      return ThreadDirectory.bind(kernel, pid, tid);
    }

    @Override
    ThreadAttributes.Entity entity(ThreadRef bound) {
      return new ThreadAttributes.Entity(kernel, bound);
    }

    @Override
    Record read(ThreadRef bound, long fields) {
      Record thread = Record.allocate(ThreadRecord.TYPE);
      return bound.read(fields, thread) ? thread : null;
    }

    @Override
    boolean isAlive(ThreadRef bound) {
      return bound.read(0, Record.allocate(ThreadRecord.TYPE));
    }
  }
}
