package kifs.fs.node.entity;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.Attribute.Cost;
import kifs.fs.node.notify.NotifyDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one entity: {@code bulk}, {@code notify/}, {@code stat} and the attributes.
 * Every request makes a directory, so it makes its nodes only when they are looked up. Thread-safe:
 * a directory has no state of its own.
 *
 * @param <E> the entity in the form that its attributes need
 * @param <B> the ref that an open file holds
 */
public abstract class EntityDirectory<E, B extends AutoCloseable> implements Directory {
  private static final String STAT = "stat";

  private final Kernel kernel;
  private final AttributeTable<E> table;
  private final Owner owner;

  public EntityDirectory(Kernel kernel, AttributeTable<E> table, Owner owner) {
    this.kernel = kernel;
    this.table = table;
    this.owner = owner;
  }

  /** The path of this directory below the mountpoint. */
  protected abstract String path();

  /** What the bulk of this entity can contain. */
  protected abstract BulkNode.Content bulk();

  /** Makes the node of {@code notify/}. */
  protected abstract Directory notifications();

  /** Whether every process of the host is read for any text. */
  protected boolean isWide() {
    return false;
  }

  /** The entries that only this kind of entity has, in order. */
  protected List<Entry> others() {
    return List.of();
  }

  /** Finds the node of one of {@link #others}; null if there is no such entry. */
  protected @Nullable Node other(String name) {
    return null;
  }

  /** Decides whether a client may now see what has a guard, of this entity. */
  protected boolean admits(Viewer viewer, Guard guard) {
    return Gate.OF_ALL.admits(viewer, guard);
  }

  /** The owner of the files that not everybody may read. */
  protected Owner ownerOfGuarded() {
    return kernel.access().ownerOfAll();
  }

  /**
   * Binds to the entity for as long as a file is open.
   *
   * @throws FsException ENOENT if the entity has vanished
   */
  protected abstract B bind();

  /** The entity in the form that its attributes need. */
  protected abstract E entity(B bound);

  /** Reads the fields of a mask; null if the entity has vanished. */
  protected abstract @Nullable Record read(B bound, long fields);

  /** Whether the entity is still present. Only values that aren't in the record need this. */
  protected abstract boolean isAlive(B bound);

  @Override
  public final Owner owner() {
    return owner;
  }

  @Override
  public final Node lookup(String name, Caller caller) {
    Attribute<E> attribute = table.get(name);
    if (attribute != null) {
      return node(attribute);
    }
    if (name.equals(STAT)) {
      return new TextNode(this::stat);
    }
    if (name.equals(NotifyDirectory.NAME)) {
      return notifications();
    }
    Node node = BulkNode.lookup(name, kernel.refusals().in(path()), this::bulk);
    if (node == null) {
      node = other(name);
    }
    if (node == null) {
      throw new FsException(Errno.ENOENT, name);
    }
    return node;
  }

  private Node node(Attribute<E> attribute) {
    boolean wide = isWide() || attribute.cost() == Cost.WIDE;
    Guard guard = table.guard(attribute);
    if (guard == Guard.OPEN) {
      return new TextNode(
          caller ->
              open(
                  bound -> text(bound, attribute),
                  wide ? wide(kernel.access().viewer(caller)) : BoundText.AT_ONCE));
    }
    return new TextNode(
        caller -> {
          Viewer viewer = kernel.access().viewer(caller);
          require(viewer, guard);
          return open(
              bound -> guarded(bound, attribute, viewer, guard),
              wide ? wide(viewer) : BoundText.AT_ONCE);
        },
        kernel.access().guardedPermissions(),
        this::ownerOfGuarded);
  }

  private BoundText stat(Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    return open(all(viewer), isWide() ? wide(viewer) : BoundText.AT_ONCE);
  }

  private Executor wide(Viewer viewer) {
    return kernel.snapshots().wide(viewer);
  }

  private void require(Viewer viewer, Guard guard) {
    if (!admits(viewer, guard)) {
      throw new FsException(Errno.EACCES, "only those who may see it may read it");
    }
  }

  /**
   * Makes the text of a guarded attribute. The client's right is checked after the value was read:
   * meanwhile the entity may have got rights that the client doesn't have.
   */
  private String guarded(B bound, Attribute<E> attribute, Viewer viewer, Guard guard) {
    String text = text(bound, attribute);
    require(viewer, guard);
    return text;
  }

  @Override
  public final boolean lasts(String name) {
    return true;
  }

  @Override
  public final List<Entry> list(Caller caller) {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry(BulkNode.NAME, Kind.FILE));
    entries.add(new Entry(NotifyDirectory.NAME, Kind.DIRECTORY));
    entries.addAll(others());
    entries.add(new Entry(STAT, Kind.FILE));
    entries.addAll(table.entries(refused()));
    return entries;
  }

  private long refused() {
    if (table.guarded() == 0) {
      return 0;
    }
    B bound = bind();
    try {
      Record record = read(bound, table.guarded());
      return record == null ? 0 : record.absent() & table.guarded();
    } finally {
      close(bound);
    }
  }

  private interface Reader<B> {
    String read(B bound);
  }

  private BoundText open(Reader<B> reader, Executor on) {
    B bound = bind();
    return new BoundText() {
      @Override
      public Executor executor() {
        return on;
      }

      @Override
      public String text() {
        return reader.read(bound);
      }

      @Override
      public void close() {
        EntityDirectory.close(bound);
      }
    };
  }

  private static void close(AutoCloseable bound) {
    try {
      bound.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing a ref can't fail", e);
    }
  }

  private String text(B bound, Attribute<E> attribute) {
    Record record = read(bound, attribute.fields());
    String value = record == null ? null : attribute.value().apply(entity(bound), record);
    if (value == null && (record == null || !isAlive(bound))) {
      throw new FsException(Errno.ESRCH, "the entity has vanished");
    }
    if (value == null) {
      throw new FsException(Errno.ENODATA, attribute.name() + " is absent");
    }
    return value + "\n";
  }

  private Reader<B> all(Viewer viewer) {
    return bound -> {
      Record record = read(bound, table.fields());
      if (record == null) {
        throw new FsException(Errno.ESRCH, "the entity has vanished");
      }
      Map<Guard, Boolean> admitted = new EnumMap<>(Guard.class);
      for (Guard guard : Guard.values()) {
        admitted.put(guard, guard == Guard.OPEN || admits(viewer, guard));
      }
      return table.all(entity(bound), record, guard -> admitted.getOrDefault(guard, false));
    };
  }
}
