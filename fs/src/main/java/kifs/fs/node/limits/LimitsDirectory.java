package kifs.fs.node.limits;

import java.util.List;
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
 * files, as in /proc, and the kernel decides who may change which. Immutable.
 *
 * @param access identifies the clients
 * @param path of the entity's directory, for the log
 * @param kinds the limits
 * @param binding binds to the limits of the entity. If it has vanished, it throws an {@code
 *     FsException} with ENOENT
 * @param owner the owner of the entity's directory
 */
public record LimitsDirectory(
    AccessRules access, String path, List<LimitKind> kinds, Supplier<Bound> binding, Owner owner)
    implements Directory {
  public static final String NAME = "limits";

  /** The entry of the directory in that of the entity. */
  public static final Entry ENTRY = new Entry(NAME, Kind.DIRECTORY);

  /** The kernel decides by more than the owner, such as capabilities, so everybody may try. */
  private static final int BY_RIGHTS = 0666;

  /**
   * The file in /proc or of the cgroup has the same permissions, and the kernel decides by them.
   */
  private static final int BY_OWNER = 0644;

  private static final int WRITE_ONLY = 0200;

  /** Those of some kinds that a source has, in their order. */
  public static List<LimitKind> provided(List<LimitKind> kinds, KernelSource source) {
    return kinds.stream().filter(source.limits()::contains).toList();
  }

  /** The limits of an entity, and the ref that is bound to it. */
  public record Bound(AutoCloseable ref, EntityLimits limits) {}

  @Override
  public Node lookup(String name, Caller caller) {
    LimitKind kind =
        kinds.stream()
            .filter(k -> k.name().equals(name))
            .findAny()
            .orElseThrow(() -> new FsException(Errno.ENOENT, name));
    boolean isOfCgroup = CgroupLimits.ALL.contains(kind);
    boolean isByOwner = isOfCgroup || kind.equals(LimitKind.OOM_SCORE_ADJ);
    if (isOfCgroup && !exists(kind)) {
      throw new FsException(Errno.ENOENT, name);
    }
    return new LimitNode(
        access,
        path + "/" + NAME + "/" + name,
        () -> bind(kind),
        CgroupLimits.WRITE_ONLY.contains(kind) ? WRITE_ONLY : isByOwner ? BY_OWNER : BY_RIGHTS,
        isByOwner ? () -> ownerInKernel(kind) : this::owner);
  }

  /** Whether the kernel has a file for the limit. A cgroup has those of its controllers. */
  private boolean exists(LimitKind kind) {
    Bound bound = binding.get();
    try {
      return bound.limits().owner(kind).isPresent();
    } finally {
      close(bound.ref());
    }
  }

  private Owner ownerInKernel(LimitKind kind) {
    Bound bound = binding.get();
    try {
      return bound
          .limits()
          .owner(kind)
          .map(found -> new Owner(found.user(), found.group()))
          .orElse(Owner.ROOT);
    } finally {
      close(bound.ref());
    }
  }

  private BoundLimit bind(LimitKind kind) {
    Bound bound = binding.get();
    return new OfEntity(bound.ref(), bound.limits(), kind);
  }

  @Override
  public boolean lasts(String name) {
    return true;
  }

  @Override
  public List<Entry> list(Caller caller) {
    return kinds.stream()
        .filter(kind -> !CgroupLimits.ALL.contains(kind) || exists(kind))
        .map(kind -> new Entry(kind.name(), Kind.FILE))
        .toList();
  }

  private static void close(AutoCloseable ref) {
    try {
      ref.close();
    } catch (Exception e) {
      throw new IllegalStateException("closing a ref can't fail", e);
    }
  }

  /** One limit of an entity. */
  private record OfEntity(AutoCloseable ref, EntityLimits limits, LimitKind kind)
      implements BoundLimit {
    @Override
    public String read() {
      return limits.read(kind);
    }

    @Override
    public void write(String text, ClientIdentity client) {
      limits.write(kind, text, client);
    }

    @Override
    public void close() {
      LimitsDirectory.close(ref);
    }
  }
}
