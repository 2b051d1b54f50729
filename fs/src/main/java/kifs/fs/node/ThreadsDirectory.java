package kifs.fs.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code processes/<pid>/threads/}: every thread by its id, and all of them together. */
final class ThreadsDirectory implements Directory {
  private final Kernel kernel;
  private final int pid;
  private final Owner owner;
  private final StaticDirectory fixed;

  ThreadsDirectory(Kernel kernel, int pid, Owner owner) {
    this.kernel = kernel;
    this.pid = pid;
    this.owner = owner;
    this.fixed =
        new StaticDirectory()
            .withBulk(new BulkNode.Scope(Query.of(ThreadRecord.TYPE), this::bound))
            .with("each", each())
            .with("sum", sum());
  }

  private BulkNode.Bound bound() {
    return new ProcessDirectory.BoundProcess(kernel, ProcessDirectory.bind(kernel, pid));
  }

  private Directory each() {
    Supplier<Scope> scope = () -> Scope.eachThread(ProcessDirectory.bind(kernel, pid));
    return new StaticDirectory()
        .with("notify", NotifyDirectory.of(kernel, EntityKind.THREAD, path("each"), scope));
  }

  private Directory sum() {
    Supplier<Scope> scope = () -> Scope.allThreads(ProcessDirectory.bind(kernel, pid));
    StaticDirectory directory =
        new StaticDirectory()
            .withBulk(new BulkNode.Scope(Query.of(TotalRecord.TYPE), this::bound))
            .with("notify", NotifyDirectory.ofSum(kernel, EntityKind.THREAD, path("sum"), scope));
    new SumFiles(kernel, TotalAttributes.THREADS, this::bound).addTo(directory);
    return directory;
  }

  private String path(String name) {
    return "processes/" + pid + "/threads/" + name;
  }

  @Override
  public Node lookup(String name) {
    int tid = Ids.parse(name);
    if (tid < 0) {
      return fixed.lookup(name);
    }
    try (ProcessRef process = ProcessDirectory.bind(kernel, pid)) {
      Optional<ThreadRef> thread = process.thread(tid);
      if (thread.isEmpty()) {
        throw new FsException(Errno.ENOENT, "no thread " + tid);
      }
      thread.get().close();
      return ThreadDirectory.of(kernel, pid, tid, owner);
    }
  }

  @Override
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>(fixed.list());
    try (ProcessRef process = ProcessDirectory.bind(kernel, pid)) {
      for (int tid : process.tids()) {
        entries.add(new Entry(Integer.toString(tid), Kind.DIRECTORY));
      }
    }
    return entries;
  }

  @Override
  public Owner owner() {
    return owner;
  }
}
