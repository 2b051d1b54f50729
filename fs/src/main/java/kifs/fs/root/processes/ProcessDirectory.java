package kifs.fs.root.processes;

import java.util.List;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.EntityDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.history.HistoryFiles;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.root.processes.fds.FdsDirectory;
import kifs.fs.root.processes.threads.ThreadAttributeTables;
import kifs.fs.root.processes.threads.ThreadsDirectory;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Guard;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** The directory of one process, {@code processes/<pid>/}. */
final class ProcessDirectory extends EntityDirectory<ProcessAttributes.Entity, ProcessRef> {
  private static final Query BULK =
      Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
  private static final List<Entry> OTHERS =
      List.of(
          new Entry(FdsDirectory.NAME, Kind.DIRECTORY),
          new Entry(ThreadsDirectory.NAME, Kind.DIRECTORY));

  private final Kernel kernel;
  private final ThreadAttributeTables threads;
  private final List<LimitKind> limits;
  private final int pid;

  ProcessDirectory(Kernel kernel, ProcessAttributeTables tables, int pid, Owner owner) {
    super(kernel, tables.process(), owner);
    this.kernel = kernel;
    this.threads = tables.threads();
    this.limits = tables.limits();
    this.pid = pid;
  }

  @Override
  protected String path() {
    return "processes/" + pid;
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(
        BULK,
        caller -> kernel.processBulk(pid, kernel.access().viewer(caller)),
        List.of(
            LimitsRecord.TYPE,
            FdRecord.TYPE,
            ShmRecord.TYPE,
            ShmUserRecord.TYPE,
            WaitRecord.TYPE,
            BaselineRecord.PROCESS.type(),
            BaselineRecord.THREAD.type()));
  }

  @Override
  protected Directory notifications() {
    return new NotifyDirectory(
        kernel.subscriptions(),
        EntityKind.PROCESS,
        false,
        path(),
        this::admits,
        () -> Scopes.process(bind()));
  }

  @Override
  protected boolean admits(Viewer viewer, Guard guard) {
    return kernel.sees(viewer, pid, guard);
  }

  @Override
  protected Owner ownerOfGuarded() {
    return kernel.ownerOfGuarded(pid);
  }

  @Override
  protected List<Entry> others() {
    return Stream.of(LimitsDirectory.entries(limits), OTHERS, HistoryFiles.entries(kernel))
        .flatMap(List::stream)
        .toList();
  }

  @Override
  protected @Nullable Node other(String name) {
    return switch (name) {
      case FdsDirectory.NAME -> new FdsDirectory(kernel, pid);
      case LimitsDirectory.NAME -> limits.isEmpty() ? null : limitsDirectory();
      case ThreadsDirectory.NAME -> new ThreadsDirectory(kernel, threads, pid, owner());
      default -> new HistoryFiles(kernel, pid, 0, this::bound).find(name);
    };
  }

  private HistoryFiles.Bound bound() {
    ProcessRef process = bind();
    return new HistoryFiles.Bound(() -> bornNs(process), process::close);
  }

  private long bornNs(ProcessRef process) {
    Record record = read(process, ProcessRecord.START.bit());
    return record == null ? -1 : record.get(ProcessRecord.START);
  }

  private Directory limitsDirectory() {
    return new LimitsDirectory(
        kernel.access(),
        path(),
        limits,
        () -> {
          ProcessRef process = bind();
          return new LimitsDirectory.Bound(process.limits().orElseThrow(), process::close);
        },
        this::owner);
  }

  @Override
  protected ProcessRef bind() {
    return kernel.process(pid);
  }

  @Override
  protected ProcessAttributes.Entity entity(ProcessRef bound) {
    return new ProcessAttributes.Entity(kernel, bound);
  }

  @Override
  protected @Nullable Record read(ProcessRef bound, long fields) {
    Record process = Record.allocate(ProcessRecord.TYPE);
    return bound.read(fields, process) ? process : null;
  }

  @Override
  protected boolean isAlive(ProcessRef bound) {
    return bound.isAlive();
  }
}
