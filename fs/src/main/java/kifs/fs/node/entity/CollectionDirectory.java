package kifs.fs.node.entity;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.record.Guard;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a collection of entities, for example of all processes. It contains {@code
 * bulk}, {@code each/}, {@code sum/} and a directory for every entity. Each lookup makes a new
 * node. Thread-safe: a directory has no state of its own.
 */
public abstract class CollectionDirectory implements Directory {
  private static final String EACH = "each";
  private static final String SUM = "sum";

  private final Kernel kernel;
  private final EntityKind kind;
  private final String path;
  private final AttributeTable<Kernel> sums;

  /**
   * @param kind the kind of the entities
   * @param path the path of this directory below the mountpoint
   * @param sums the attributes of {@code sum/}
   */
  public CollectionDirectory(
      Kernel kernel, EntityKind kind, String path, AttributeTable<Kernel> sums) {
    this.kernel = kernel;
    this.kind = kind;
    this.path = path;
    this.sums = sums;
  }

  /** What the bulk of all entities can contain. */
  protected abstract BulkNode.Content bulk();

  /**
   * Binds to all entities together, for {@code sum/}. The bulk has one TOTAL record with what a
   * client may see.
   *
   * @throws FsException ENOENT if the collection has vanished
   */
  protected abstract BoundBulk total(Viewer viewer);

  /** The owner of the files in {@code sum/} that not everybody may read. */
  protected Owner ownerOfSum() {
    return kernel.access().ownerOfAll();
  }

  /** Decides whether a client may now see what has a guard, of all entities together. */
  protected boolean admitsSum(Viewer viewer, Guard guard) {
    return Gate.OF_ALL.admits(viewer, guard);
  }

  /**
   * Binds to any one of the entities, present or future, for {@code each/notify/}.
   *
   * @throws FsException ENOENT if the collection has vanished
   */
  protected abstract Scope each();

  /**
   * Binds to all entities together, for {@code sum/notify/}.
   *
   * @throws FsException ENOENT if the collection has vanished
   */
  protected abstract Scope all();

  /** Whether a name has the form of an id. No entity need have that id. */
  protected abstract boolean isId(String name);

  /**
   * Finds the directory of one entity.
   *
   * @param id a name that {@link #isId} accepts
   * @throws FsException ENOENT if no entity has that id, or the caller may not know of it; EPERM if
   *     the caller may not enter it
   */
  protected abstract Node entity(String id, Caller caller);

  /**
   * Lists the ids of all present entities that the caller may know of.
   *
   * @throws FsException ENOENT if the collection has vanished
   */
  protected abstract Stream<String> ids(Caller caller);

  /** The entries that only this collection has, in order. */
  protected List<Entry> others(Caller caller) {
    return List.of();
  }

  /** Finds the node of one of {@link #others}; null if there is no such entry. */
  protected @Nullable Node other(String name, Caller caller) {
    return null;
  }

  @Override
  public final Node lookup(String name, Caller caller) {
    if (isId(name)) {
      return entity(name, caller);
    }
    if (name.equals(EACH)) {
      return new StaticDirectory()
          .with(NotifyDirectory.NAME, notify(EACH, false, Gate.OF_ANY, this::each));
    }
    if (name.equals(SUM)) {
      if (kernel.access().hidesOthers() && !admitsSum(kernel.access().viewer(caller), Guard.OPEN)) {
        throw new FsException(Errno.EPERM, "the sums are about hidden processes, too");
      }
      return new SumDirectory(
          kernel,
          sums,
          path + "/" + SUM,
          this::total,
          this::admitsSum,
          this::ownerOfSum,
          () -> notify(SUM, true, this::admitsSum, this::all));
    }
    Node node = BulkNode.lookup(name, kernel.refusals().in(path), this::bulk);
    if (node == null) {
      node = other(name, caller);
    }
    if (node == null) {
      throw new FsException(Errno.ENOENT, name);
    }
    return node;
  }

  private Directory notify(String name, boolean sum, Gate gate, Supplier<Scope> binding) {
    return new NotifyDirectory(kernel.subscriptions(), kind, sum, path + "/" + name, gate, binding);
  }

  @Override
  public final boolean lasts(String name) {
    return !isId(name);
  }

  @Override
  public boolean isPersonal(String name) {
    return kernel.access().hidesOthers() && name.equals(SUM);
  }

  @Override
  public final List<Entry> list(Caller caller) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(BulkNode.NAME, Kind.FILE));
    entries.addAll(others(caller));
    entries.add(new Entry(EACH, Kind.DIRECTORY));
    entries.add(new Entry(SUM, Kind.DIRECTORY));
    ids(caller).forEach(id -> entries.add(new Entry(id, Kind.DIRECTORY)));
    return entries;
  }
}
