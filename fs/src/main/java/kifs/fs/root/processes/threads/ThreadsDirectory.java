package kifs.fs.root.processes.threads;

import java.util.Arrays;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.CollectionDirectory;
import kifs.fs.node.entity.IdNames;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Node;
import kifs.kernel.query.Query;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;

/**
 * {@code processes/<pid>/threads/}: the directories of all threads of a process, and the totals.
 */
public final class ThreadsDirectory extends CollectionDirectory {
  public static final String NAME = "threads";

  private static final Query BULK = Query.of(ThreadRecord.TYPE);

  private final Kernel kernel;
  private final ThreadAttributeTables tables;
  private final int pid;
  private final Owner owner;

  public ThreadsDirectory(Kernel kernel, ThreadAttributeTables tables, int pid, Owner owner) {
    super(kernel, EntityKind.THREAD, "processes/" + pid + "/threads", tables.sum());
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

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, caller -> total(kernel.access().viewer(caller)));
  }

  @Override
  protected BoundBulk total(Viewer viewer) {
    return kernel.processBulk(pid, viewer);
  }

  @Override
  protected Owner ownerOfSum() {
    return kernel.ownerOfGuarded(pid);
  }

  @Override
  protected boolean admitsSum(Viewer viewer, Guard guard) {
    // The sums are of the threads of one process, and belong to it alone.
    return kernel.sees(viewer, pid, guard == Guard.ALL_PROCESSES ? Guard.PTRACE : guard);
  }

  @Override
  protected Scope each() {
    return Scopes.eachThread(bind());
  }

  @Override
  protected Scope all() {
    return Scopes.allThreads(bind());
  }

  @Override
  protected boolean isId(String name) {
    return IdNames.parse(name) >= 0;
  }

  @Override
  protected Node entity(String id, Caller caller) {
    try (ProcessRef process = bind();
        ThreadRef thread = ThreadDirectory.bind(process, IdNames.parse(id))) {
      return new ThreadDirectory(kernel, tables, pid, thread.tid(), owner);
    }
  }

  @Override
  protected Stream<String> ids(Caller caller) {
    try (ProcessRef process = bind()) {
      return Arrays.stream(process.tids()).mapToObj(Integer::toString);
    }
  }
}
