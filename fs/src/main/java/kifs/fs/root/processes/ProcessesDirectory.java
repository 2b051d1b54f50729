package kifs.fs.root.processes;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kifs.fs.access.HidePid;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.CollectionDirectory;
import kifs.fs.node.entity.IdNames;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.query.Query;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Records;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** {@code processes/}: the directories of all processes, and the totals. */
public final class ProcessesDirectory extends CollectionDirectory {
  private static final Query BULK =
      Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
  private static final String SELF = "self";
  private static final List<Entry> OTHERS = List.of(new Entry(SELF, Kind.LINK));

  private final Kernel kernel;
  private final ProcessAttributeTables tables;

  public ProcessesDirectory(Kernel kernel) {
    this(kernel, ProcessAttributeTables.of(kernel.source()));
  }

  private ProcessesDirectory(Kernel kernel, ProcessAttributeTables tables) {
    super(kernel, EntityKind.PROCESS, "processes", tables.sum());
    this.kernel = kernel;
    this.tables = tables;
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, kernel::hostBulk, Records.ALL);
  }

  @Override
  protected BoundBulk total(Viewer viewer) {
    return query -> kernel.snapshots().takeShared(query, viewer);
  }

  @Override
  protected Scope each() {
    return Scopes.eachProcess();
  }

  @Override
  protected Scope all() {
    return Scopes.allProcesses();
  }

  @Override
  protected List<Entry> others(Caller caller) {
    return OTHERS;
  }

  @Override
  protected @Nullable Node other(String name, Caller caller) {
    return name.equals(SELF) ? new SelfLink() : null;
  }

  @Override
  protected boolean isId(String name) {
    return IdNames.parse(name) >= 0;
  }

  @Override
  public boolean isPersonal(String name) {
    return kernel.access().hidesOthers() && (isId(name) || super.isPersonal(name));
  }

  @Override
  protected Node entity(String id, Caller caller) {
    int pid = IdNames.parse(id);
    try (ProcessRef process = kernel.process(pid)) {
      if (kernel.access().hidesOthers()
          && !kernel.access().viewer(caller).sees(process, Guard.OPEN)) {
        return hidden(pid);
      }
      ProcessRef.Owner owner =
          process
              .owner()
              .orElseThrow(() -> new FsException(Errno.ENOENT, "process " + pid + " has vanished"));
      return new ProcessDirectory(kernel, tables, pid, new Owner(owner.user(), owner.group()));
    }
  }

  /** The directory of a process for a client that may not know more of it. */
  private Node hidden(int pid) {
    if (kernel.access().options().hidePid() == HidePid.INVISIBLE) {
      throw new FsException(Errno.ENOENT, "no process " + pid);
    }
    return new ClosedDirectory();
  }

  @Override
  protected Stream<String> ids(Caller caller) {
    IntStream pids = Arrays.stream(kernel.source().pids());
    if (kernel.access().options().hidePid() == HidePid.INVISIBLE) {
      Viewer viewer = kernel.access().viewer(caller);
      pids = pids.filter(pid -> kernel.sees(viewer, pid, Guard.OPEN));
    }
    return pids.mapToObj(Integer::toString);
  }
}
