package kifs.fs.node;

import java.util.ArrayList;
import java.util.List;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code processes/<pid>/threads/}: every thread by its id, and all of them together. */
final class ThreadsDirectory implements Directory {
  static final String NAME = "threads";

  private static final Query BULK = Query.of(ThreadRecord.TYPE);
  private static final String EACH = "each";
  private static final String SUM = "sum";

  private final Kernel kernel;
  private final ThreadTables tables;
  private final int pid;
  private final Owner owner;

  ThreadsDirectory(Kernel kernel, ThreadTables tables, int pid, Owner owner) {
    this.kernel = kernel;
    this.tables = tables;
    this.pid = pid;
    this.owner = owner;
  }

  @Override
  public Owner owner() {
    return owner;
  }

  private ProcessRef bind() {
    return kernel.process(pid);
  }

  private BoundBulk bound() {
    return EntityBulk.of(kernel.snapshots(), bind());
  }

  private Directory each() {
    return new StaticDirectory()
        .with(
            "notify",
            new NotifyDirectory(
                kernel.thresholds(),
                EntityKind.THREAD,
                false,
                path(EACH),
                () -> Scope.eachThread(bind())));
  }

  private Directory sum() {
    return new SumDirectory(
        kernel,
        tables.sum(),
        this::bound,
        () ->
            new NotifyDirectory(
                kernel.thresholds(),
                EntityKind.THREAD,
                true,
                path(SUM),
                () -> Scope.allThreads(bind())));
  }

  private String path(String name) {
    return "processes/" + pid + "/threads/" + name;
  }

  @Override
  public Node lookup(String name) {
    int tid = Ids.parse(name);
    if (tid >= 0) {
      return thread(tid);
    }
    Node bulk = BulkNode.lookup(name, () -> new BulkNode.Scope(BULK, this::bound));
    if (bulk != null) {
      return bulk;
    }
    return switch (name) {
      case EACH -> each();
      case SUM -> sum();
      default -> throw new FsException(Errno.ENOENT, name);
    };
  }

  private Node thread(int tid) {
    try (ProcessRef process = bind();
        ThreadRef thread = ThreadDirectory.bind(process, tid)) {
      return new ThreadDirectory(kernel, tables.thread(), pid, thread.tid(), owner);
    }
  }

  @Override
  public boolean keeps(String name) {
    return Ids.parse(name) < 0;
  }

  @Override
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(BulkNode.NAME, Kind.FILE));
    entries.add(new Entry(EACH, Kind.DIRECTORY));
    entries.add(new Entry(SUM, Kind.DIRECTORY));
    try (ProcessRef process = bind()) {
      for (int tid : process.tids()) {
        entries.add(new Entry(Integer.toString(tid), Kind.DIRECTORY));
      }
    }
    return entries;
  }
}
