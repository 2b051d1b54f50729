package kifs.fs.node.limits;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import kifs.fs.access.AccessRules;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.limits.BoundLimit;
import kifs.kernel.limits.ClientIdentity;

/**
 * The file of a limit. Reading it gives the present value; writing sets it with the rights of the
 * client. Thread-safe.
 */
public final class LimitNode implements FileNode {
  private static final int WRITE = 0222;

  private final AccessRules access;
  private final String path;
  private final Supplier<BoundLimit> binding;
  private final int permissions;
  private final Supplier<Owner> owner;

  /**
   * @param access identifies the clients
   * @param path of this file below the mountpoint, for the log
   * @param binding binds to the limit of the entity when the file is opened. If the entity has
   *     vanished, it throws an {@code FsException} with ENOENT
   * @param permissions who may open the file. The kernel checks them first, so they must admit
   *     every client that may change the limit
   * @param owner finds the owner
   */
  public LimitNode(
      AccessRules access,
      String path,
      Supplier<BoundLimit> binding,
      int permissions,
      Supplier<Owner> owner) {
    this.access = access;
    this.path = path;
    this.binding = binding;
    this.permissions = permissions;
    this.owner = owner;
  }

  @Override
  public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
    Optional<ClientIdentity> opener = mode.writing() ? access.identity(caller) : Optional.empty();
    return CompletableFuture.completedFuture(new LimitFile(binding.get(), opener, access, path));
  }

  @Override
  public boolean isWritable() {
    return (permissions & WRITE) != 0;
  }

  @Override
  public int permissions() {
    return permissions;
  }

  @Override
  public Owner owner() {
    return owner.get();
  }
}
