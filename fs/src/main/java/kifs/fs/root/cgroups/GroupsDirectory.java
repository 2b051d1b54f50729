package kifs.fs.root.cgroups;

import java.util.List;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.CollectionDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Node;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Guard;
import kifs.kernel.source.CgroupRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/**
 * The groups directly below one: {@code cgroups/<name>/groups/}. {@code cgroups/} itself has those
 * below the root, and beside them what the root has as a group.
 */
public final class GroupsDirectory extends CollectionDirectory {
  private final Kernel kernel;
  private final CgroupTables tables;

  /** The path of the group that these groups are below. */
  private final String above;

  /** Makes {@code cgroups/}. */
  public GroupsDirectory(Kernel kernel) {
    this(kernel, CgroupTables.of(kernel.source()), CgroupNames.ROOT);
  }

  GroupsDirectory(Kernel kernel, CgroupTables tables, String above) {
    super(
        kernel,
        EntityKind.CGROUP,
        above.equals(CgroupNames.ROOT)
            ? CgroupNames.DIRECTORY
            : CgroupNames.pathname(above) + "/" + CgroupNames.GROUPS,
        tables.sum());
    this.kernel = kernel;
    this.tables = tables;
    this.above = above;
  }

  private boolean isTop() {
    return above.equals(CgroupNames.ROOT);
  }

  @Override
  protected BulkNode.Content bulk() {
    return CgroupDirectory.below(kernel, above, Query.of(CgroupRecord.TYPE));
  }

  @Override
  protected BoundBulk total(Viewer viewer) {
    return new SumOfGroups(kernel, CgroupDirectory.bind(kernel, above), viewer);
  }

  /** The figures of cgroups are for everybody. */
  @Override
  protected boolean admitsSum(Viewer viewer, Guard guard) {
    return true;
  }

  @Override
  protected Scope each() {
    return Scopes.eachCgroup(above);
  }

  @Override
  protected Scope all() {
    return Scopes.allCgroups(above);
  }

  @Override
  protected boolean isId(String name) {
    return CgroupNames.decode(name, isTop()).isPresent();
  }

  @Override
  protected Node entity(String id, Caller caller) {
    String name = CgroupNames.decode(id, isTop()).orElseThrow();
    String path = isTop() ? above + name : above + "/" + name;
    try (CgroupRef group = CgroupDirectory.bind(kernel, path)) {
      return new CgroupDirectory(kernel, tables, group.path());
    }
  }

  @Override
  protected Stream<String> ids(Caller caller) {
    try (CgroupRef group = CgroupDirectory.bind(kernel, above)) {
      return group.children().stream().map(name -> CgroupNames.encode(name, isTop()));
    }
  }

  @Override
  protected List<Entry> others(Caller caller) {
    return isTop()
        ? root().list(caller).stream()
            .filter(entry -> !entry.name().equals(BulkNode.NAME))
            .filter(entry -> !entry.name().equals(CgroupNames.GROUPS))
            .toList()
        : List.of();
  }

  @Override
  protected @Nullable Node other(String name, Caller caller) {
    return isTop() && !name.equals(CgroupNames.GROUPS) ? root().lookup(name, caller) : null;
  }

  private CgroupDirectory root() {
    return new CgroupDirectory(kernel, tables, above);
  }
}
