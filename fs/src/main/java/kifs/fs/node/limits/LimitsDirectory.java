package kifs.fs.node.limits;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kifs.fs.access.AccessRules;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.limits.BoundLimit;
import kifs.kernel.limits.CgroupLimits;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.source.KernelSource;

/**
 * {@code limits/} of a process, thread or cgroup: a file for each limit. Everybody may read the
 * files, as in /proc, and the kernel decides who may change which. The directory is root's, so that
 * its name may be remembered: an owner of an entity can change. Immutable.
 *
 * @param access identifies the clients
 * @param path of the entity's directory, for the log
 * @param kinds the limits
 * @param binding binds to the limits of the entity. If it has vanished, it throws an {@code
 *     FsException} with ENOENT
 * @param ownerOfFiles finds the owner of the files
 */
public record LimitsDirectory(
    AccessRules access,
    String path,
    List<LimitKind> kinds,
    Supplier<Bound> binding,
    Supplier<Owner> ownerOfFiles)
    implements Directory {
  public static final String NAME = "limits";

  private static final List<Entry> ENTRIES = List.of(new Entry(NAME, Kind.DIRECTORY));

  /** The kernel decides by more than the owner, such as capabilities, so everybody may try. */
  private static final int BY_RIGHTS = 0666;

  /**
   * The file in /proc or of the cgroup has the same permissions, and the kernel decides by them.
   */
  private static final int BY_OWNER = 0644;

  private static final int WRITE_ONLY = 0200;

  /** The entries of the directory of an entity; none if it has no limits. */
  public static List<Entry> entries(List<LimitKind> kinds) {
    return kinds.isEmpty() ? List.of() : ENTRIES;
  }

  /** Those of some kinds that a source has, in their order. */
  public static List<LimitKind> provided(List<LimitKind> kinds, KernelSource source) {
    return kinds.stream().filter(source.limits()::contains).toList();
  }

  /**
   * The limits of an entity that is bound.
   *
   * @param release closes the ref of the entity
   */
  public record Bound(EntityLimits limits, Runnable release) implements AutoCloseable {
    @Override
    public void close() {
      release.run();
    }
  }

  @Override
  public Node lookup(String name, Caller caller) {
    LimitKind kind =
        kinds.stream().filter(k -> k.name().equals(name)).findAny().orElseThrow(() -> absent(name));
    if (CgroupLimits.ALL.contains(kind)) {
      // A cgroup has the files of its controllers only.
      Owner found = ownerInKernel(kind).orElseThrow(() -> absent(name));
      boolean isWriteOnly = CgroupLimits.WRITE_ONLY.contains(kind);
      return node(kind, isWriteOnly ? WRITE_ONLY : BY_OWNER, () -> found);
    }
    return kind.equals(LimitKind.OOM_SCORE_ADJ)
        ? node(kind, BY_OWNER, () -> ownerInKernel(kind).orElse(Owner.ROOT))
        : node(kind, BY_RIGHTS, ownerOfFiles);
  }

  private static FsException absent(String name) {
    return new FsException(Errno.ENOENT, name);
  }

  private LimitNode node(LimitKind kind, int permissions, Supplier<Owner> ownerFinder) {
    return new LimitNode(
        access, path + "/" + NAME + "/" + kind.name(), () -> bind(kind), permissions, ownerFinder);
  }

  /** The owner of the kernel's file of a limit; empty if it has none. */
  private Optional<Owner> ownerInKernel(LimitKind kind) {
    try (Bound bound = binding.get()) {
      return bound.limits().owner(kind).map(found -> new Owner(found.user(), found.group()));
    }
  }

  private BoundLimit bind(LimitKind kind) {
    return new OfEntity(binding.get(), kind);
  }

  @Override
  public boolean lasts(String name) {
    return true;
  }

  @Override
  public List<Entry> list(Caller caller) {
    List<LimitKind> present =
        kinds.stream().anyMatch(CgroupLimits.ALL::contains) ? withFiles() : kinds;
    return present.stream().map(kind -> new Entry(kind.name(), Kind.FILE)).toList();
  }

  /** The limits for which the kernel has a file of this entity. */
  private List<LimitKind> withFiles() {
    try (Bound bound = binding.get()) {
      return kinds.stream().filter(kind -> bound.limits().owner(kind).isPresent()).toList();
    }
  }

  /** One limit of an entity. */
  private record OfEntity(Bound bound, LimitKind kind) implements BoundLimit {
    @Override
    public String read() {
      return bound.limits().read(kind);
    }

    @Override
    public void write(String text, ClientIdentity client) {
      bound.limits().write(kind, text, client);
    }

    @Override
    public void close() {
      bound.close();
    }
  }
}
