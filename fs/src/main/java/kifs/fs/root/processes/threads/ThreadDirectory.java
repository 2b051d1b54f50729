package kifs.fs.root.processes.threads;

import java.util.List;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.bulk.EntityBulk;
import kifs.fs.node.bulk.View;
import kifs.fs.node.entity.EntityDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.history.HistoryFiles;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Query;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** The directory of one thread, {@code processes/<pid>/threads/<tid>/}. */
final class ThreadDirectory extends EntityDirectory<ThreadAttributes.Entity, ThreadRef> {
  private static final Query BULK = Query.of(ThreadRecord.TYPE);

  private final Kernel kernel;
  private final int pid;
  private final int tid;
  private final List<LimitKind> limits;

  ThreadDirectory(Kernel kernel, ThreadAttributeTables tables, int pid, int tid, Owner owner) {
    super(kernel, tables.thread(), owner);
    this.limits = tables.limits();
    this.kernel = kernel;
    this.pid = pid;
    this.tid = tid;
  }

  /**
   * Binds to the thread of a process that now has an id. The caller closes the ref.
   *
   * @throws FsException ENOENT if there is no such thread
   */
  static ThreadRef bind(ProcessRef process, int tid) {
    return process.thread(tid).orElseThrow(() -> new FsException(Errno.ENOENT, "no thread " + tid));
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, this::bound);
  }

  private BoundBulk bound(Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    ThreadRef thread = bind();
    return new EntityBulk(
        kernel.snapshots(),
        (query, into, cancellation) -> collect(thread, query, into),
        new View(viewer, pid),
        thread::close);
  }

  private boolean collect(ThreadRef thread, Query query, BulkBuilder into) {
    long byDetail = kernel.source().fields(ThreadRecord.TYPE, query.detail());
    long fields = query.fields(ThreadRecord.TYPE, byDetail);
    return thread.read(fields, into.append(ThreadRecord.TYPE));
  }

  @Override
  protected List<Entry> others() {
    return Stream.concat(
            LimitsDirectory.entries(limits).stream(), HistoryFiles.entries(kernel).stream())
        .toList();
  }

  @Override
  protected @Nullable Node other(String name) {
    return name.equals(LimitsDirectory.NAME) && !limits.isEmpty()
        ? limitsDirectory()
        : new HistoryFiles(kernel, pid, tid, this::bound).find(name);
  }

  private HistoryFiles.Bound bound() {
    ThreadRef thread = bind();
    return new HistoryFiles.Bound(() -> bornNs(thread), thread::close);
  }

  private long bornNs(ThreadRef thread) {
    Record record = read(thread, ThreadRecord.START.bit());
    return record == null ? -1 : record.get(ThreadRecord.START);
  }

  @Override
  protected Directory notifications() {
    return new NotifyDirectory(
        kernel.subscriptions(), EntityKind.THREAD, false, path(), this::admits, this::scope);
  }

  @Override
  protected boolean admits(Viewer viewer, Guard guard) {
    return kernel.sees(viewer, pid, guard);
  }

  @Override
  protected Owner ownerOfGuarded() {
    return kernel.ownerOfGuarded(pid);
  }

  private Directory limitsDirectory() {
    return new LimitsDirectory(
        kernel.access(),
        path(),
        limits,
        () -> {
          ThreadRef thread = bind();
          return new LimitsDirectory.Bound(thread.limits().orElseThrow(), thread::close);
        },
        this::owner);
  }

  @Override
  protected String path() {
    return "processes/" + pid + "/threads/" + tid;
  }

  private Scope scope() {
    ProcessRef process = kernel.process(pid);
    try {
      return Scopes.thread(process, bind(process, tid));
    } catch (FsException e) {
      process.close();
      throw e;
    }
  }

  @Override
  protected ThreadRef bind() {
    try (ProcessRef process = kernel.process(pid)) {
      return bind(process, tid);
    }
  }

  @Override
  protected ThreadAttributes.Entity entity(ThreadRef bound) {
    return new ThreadAttributes.Entity(kernel, bound);
  }

  @Override
  protected @Nullable Record read(ThreadRef bound, long fields) {
    Record thread = Record.allocate(ThreadRecord.TYPE);
    return bound.read(fields, thread) ? thread : null;
  }

  @Override
  protected boolean isAlive(ThreadRef bound) {
    return bound.read(0, Record.allocate(ThreadRecord.TYPE));
  }
}
