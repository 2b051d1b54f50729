package kifs.fs.root.cgroups;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.EntityDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.limits.LimitsDirectory;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.Records;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.CgroupRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** The directory of one cgroup, {@code cgroups/<name>/}. */
final class CgroupDirectory extends EntityDirectory<CgroupEntity, CgroupRef> {
  private static final Query MEMBERS =
      Query.of(ProcessRecord.TYPE)
          .withFields(
              ProcessRecord.TYPE,
              ProcessRecord.PID,
              ProcessRecord.UID,
              ProcessRecord.STATE,
              ProcessRecord.THREADS,
              ProcessRecord.RSS,
              ProcessRecord.COMM);
  private static final List<Entry> OTHERS =
      List.of(
          new Entry(CgroupNames.PROCESSES, Kind.FILE),
          new Entry(CgroupNames.GROUPS, Kind.DIRECTORY));

  private final Kernel kernel;
  private final CgroupTables tables;
  private final String path;

  CgroupDirectory(Kernel kernel, CgroupTables tables, String path) {
    super(kernel, tables.attributes(), Owner.ROOT);
    this.kernel = kernel;
    this.tables = tables;
    this.path = path;
  }

  /**
   * Binds to the group that now has a path. The caller closes the ref.
   *
   * @throws FsException ENOENT if there is no such group
   */
  static CgroupRef bind(Kernel kernel, String path) {
    return kernel
        .source()
        .cgroup(path)
        .orElseThrow(() -> new FsException(Errno.ENOENT, "no cgroup " + Values.escaped(path)));
  }

  @Override
  protected String path() {
    return CgroupNames.pathname(path);
  }

  @Override
  protected BulkNode.Content bulk() {
    Query all =
        Query.of(CgroupRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    return below(kernel, path, all);
  }

  /** What the bulk of a group and of what is below it can contain. */
  static BulkNode.Content below(Kernel kernel, String path, Query all) {
    return new BulkNode.Content(
        all.withCgroup(path),
        caller -> new BelowGroup(kernel, bind(kernel, path), kernel.access().viewer(caller)),
        Records.ALL);
  }

  /**
   * The bulk of a group and of what is below it: a bulk of the host with the filter {@code
   * cgroup=}. After the group was removed, it is ESRCH.
   */
  private record BelowGroup(Kernel kernel, CgroupRef ref, Viewer viewer) implements BoundBulk {
    @Override
    public CompletableFuture<Bulk> take(Query query) {
      if (!isPresent(ref)) {
        throw new FsException(Errno.ESRCH, "the cgroup was removed");
      }
      String path = ref.path();
      // A client's own cgroup= can select a group below this one.
      boolean isBelow =
          query
              .cgroupPath()
              .map(asked -> Query.of().withCgroup(path).admitsCgroup(asked))
              .orElse(false);
      if (!isBelow) {
        throw new FsException(Errno.EINVAL, "the cgroup that is asked for isn't below this one");
      }
      return kernel.snapshots().takeShared(query, viewer);
    }

    @Override
    public void close() {
      ref.close();
    }
  }

  static boolean isPresent(CgroupRef ref) {
    return ref.read(CgroupRecord.ID.bit(), Record.allocate(CgroupRecord.TYPE));
  }

  @Override
  protected Directory notifications() {
    return new NotifyDirectory(
        kernel.subscriptions(),
        EntityKind.CGROUP,
        false,
        path(),
        Gate.OF_ALL,
        () -> Scopes.cgroup(bind()));
  }

  @Override
  protected List<Entry> others() {
    return Stream.concat(LimitsDirectory.entries(tables.limits()).stream(), OTHERS.stream())
        .toList();
  }

  @Override
  protected @Nullable Node other(String name) {
    return switch (name) {
      case CgroupNames.PROCESSES ->
          new TextNode(caller -> new Processes(kernel, bind(), kernel.access().viewer(caller)));
      case CgroupNames.GROUPS -> new GroupsDirectory(kernel, tables, path);
      case LimitsDirectory.NAME -> tables.limits().isEmpty() ? null : limitsDirectory();
      default -> null;
    };
  }

  private Directory limitsDirectory() {
    return new LimitsDirectory(
        kernel.access(),
        path(),
        tables.limits(),
        () -> {
          CgroupRef group = bind();
          return new LimitsDirectory.Bound(group.limits().orElseThrow(), group::close);
        },
        this::owner);
  }

  /** The text of {@code processes}: the group's own processes, as far as the client sees them. */
  private record Processes(Kernel kernel, CgroupRef ref, Viewer viewer) implements BoundText {
    @Override
    public Executor executor() {
      return kernel.snapshots().wide(viewer);
    }

    @Override
    public String text() {
      Set<Integer> pids = IntStream.of(ref.pids()).boxed().collect(Collectors.toSet());
      if (pids.isEmpty() && !isPresent(ref)) {
        throw new FsException(Errno.ESRCH, "the cgroup was removed");
      }
      TextTable table = new TextTable("PID", "UID", "STATE", "THREADS", "RSS", "COMMAND");
      if (!pids.isEmpty()) {
        try (Bulk members = kernel.snapshots().takeShared(MEMBERS.withPids(pids), viewer).join()) {
          members.forEach(ProcessRecord.TYPE, process -> add(process, table));
        }
      }
      return table.text();
    }

    private static void add(Record process, TextTable table) {
      table.row(
          process.get(ProcessRecord.PID),
          process.get(ProcessRecord.UID),
          (char) process.get(ProcessRecord.STATE),
          process.get(ProcessRecord.THREADS),
          process.get(ProcessRecord.RSS),
          Values.of(process.bytes(ProcessRecord.COMM)));
    }

    @Override
    public void close() {
      ref.close();
    }
  }

  @Override
  protected CgroupRef bind() {
    return bind(kernel, path);
  }

  @Override
  protected CgroupEntity entity(CgroupRef bound) {
    return new CgroupEntity(kernel, bound);
  }

  @Override
  protected @Nullable Record read(CgroupRef bound, long fields) {
    Record cgroup = Record.allocate(CgroupRecord.TYPE);
    return bound.read(fields, cgroup) ? cgroup : null;
  }

  @Override
  protected boolean isAlive(CgroupRef bound) {
    return isPresent(bound);
  }
}
