package kifs.fs.root.shm;

import java.util.List;
import java.util.concurrent.Executor;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.bulk.EntityBulk;
import kifs.fs.node.bulk.View;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.EntityDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.shm.ShmNames;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** The directory of one shared-memory object, {@code shm/<id>/}. */
final class ShmDirectory extends EntityDirectory<ShmRef, ShmRef> {
  static final String USERS = "users";

  private static final Query BULK = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final Query USERS_ONLY = Query.of(ShmUserRecord.TYPE);
  private static final List<Entry> OTHERS = List.of(new Entry(USERS, Kind.FILE));

  private final Kernel kernel;
  private final long id;

  ShmDirectory(Kernel kernel, AttributeTable<ShmRef> table, long id) {
    super(kernel, table, Owner.ROOT);
    this.kernel = kernel;
    this.id = id;
  }

  /**
   * Binds to the object that now has an id. The caller closes the ref.
   *
   * @throws FsException ENOENT if there is no such object
   */
  static ShmRef bind(Kernel kernel, long id) {
    return kernel
        .source()
        .shm(id)
        .orElseThrow(
            () -> new FsException(Errno.ENOENT, "no shared-memory object " + ShmNames.of(id)));
  }

  @Override
  protected String path() {
    return "shm/" + ShmNames.of(id);
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, this::bound);
  }

  private BoundBulk bound(Caller caller) {
    View view = new View(kernel.access().viewer(caller), 0);
    ShmRef shm = bind();
    return new EntityBulk(kernel.snapshots(), shm::collect, view, shm::close);
  }

  @Override
  protected Directory notifications() {
    return new NotifyDirectory(
        kernel.subscriptions(),
        EntityKind.SHM,
        false,
        path(),
        ShmDirectory::admitsMetric,
        () -> Scopes.shm(bind()));
  }

  /** A client that finds the directory may know the object, but not all of its users. */
  private static boolean admitsMetric(Viewer viewer, Guard guard) {
    return viewer.seesAll() || guard != Guard.ALL_PROCESSES;
  }

  @Override
  protected List<Entry> others() {
    return OTHERS;
  }

  @Override
  protected @Nullable Node other(String name) {
    return name.equals(USERS)
        ? new TextNode(
            caller -> new Users(kernel, bind(), new View(kernel.access().viewer(caller), 0)))
        : null;
  }

  /** The text of {@code users}. Every process is read when the table is read. */
  private record Users(Kernel kernel, ShmRef shm, View view) implements BoundText {
    @Override
    public Executor executor() {
      return kernel.snapshots().wide(view.visibility());
    }

    @Override
    public String text() {
      TextTable table = new TextTable("PID", "MAPPED", "FDS", "COMMAND");
      Bulk bulk = kernel.snapshots().take(USERS_ONLY, shm::collect, view);
      bulk.forEach(
          ShmUserRecord.TYPE,
          user -> {
            int pid = (int) user.get(ShmUserRecord.PID);
            long mapped = user.get(ShmUserRecord.MAPPED);
            table.row(pid, mapped, user.get(ShmUserRecord.FDS), command(pid));
          });
      bulk.release();
      return table.text();
    }

    private String command(int pid) {
      Record process = Record.allocate(ProcessRecord.TYPE);
      kernel
          .source()
          .process(pid)
          .ifPresent(
              ref -> {
                try (ref) {
                  ref.read(ProcessRecord.COMM.bit(), process);
                }
              });
      return Values.of(process.bytes(ProcessRecord.COMM));
    }

    @Override
    public void close() {
      shm.close();
    }
  }

  @Override
  protected ShmRef bind() {
    return bind(kernel, id);
  }

  @Override
  protected ShmRef entity(ShmRef bound) {
    return bound;
  }

  @Override
  protected @Nullable Record read(ShmRef bound, long fields) {
    Record shm = Record.allocate(ShmRecord.TYPE);
    return bound.read(fields, shm, Cancellation.NEVER) ? shm : null;
  }

  @Override
  protected boolean isAlive(ShmRef bound) {
    return read(bound, ShmRecord.KIND.bit()) != null;
  }
}
