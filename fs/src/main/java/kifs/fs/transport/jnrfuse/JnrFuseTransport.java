package kifs.fs.transport.jnrfuse;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import jnr.ffi.Struct;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.RequestTimeouts;
import kifs.fs.transport.ServingTransport;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;

/**
 * Serves a tree through jnr-fuse. The constructor binds libfuse, which takes 0.1 s. Thread-safe.
 */
public final class JnrFuseTransport extends ServingTransport {
  /** The name of this transport. */
  public static final String NAME = "jnr-fuse";

  private static final String OPTIONS =
      "fsname=kifs,subtype=kifs,nosuid,nodev,noexec,noatime,"
          // The kernel checks permissions before it asks.
          + "default_permissions,"
          // The kernel must not remember names that can vanish. Lookups handles the names that
          // last.
          + "entry_timeout=0,attr_timeout=0,negative_timeout=0";

  private final FuseTree fuse;

  public JnrFuseTransport() {
    this(RequestTimeouts.SETTINGS);
  }

  /**
   * @param settings the directory of the kernel's FUSE settings
   */
  public JnrFuseTransport(Path settings) {
    super(settings, true);
    this.fuse = new FuseTree(Instant.now().getEpochSecond());
  }

  @Override
  protected CountDownLatch begin(Path path, Tree tree, boolean isPrivate) throws MountException {
    Struct operations = fuse.operations(tree);
    String options = isPrivate ? OPTIONS : OPTIONS + ",allow_other";
    if (new MountPoint(path).isAutomount()) {
      // libfuse must not list the directory either.
      options += ",nonempty";
    }
    List<String> arguments = List.of("kifs", "-f", path.toString(), "-o", options);
    if (!FuseSession.start(
        arguments,
        Struct.getMemory(operations),
        Struct.size(operations),
        fuse.lookups(),
        fuse.interrupts(),
        fuse::stop,
        this::sessionEnded)) {
      throw new MountException(path + ": libfuse could not mount; its message is above");
    }
    return fuse.ready();
  }

  private void sessionEnded() {
    fuse.endSession();
    ended();
  }

  @Override
  protected List<String> check(Path path) {
    return fuse.interrupts().areInstant()
        ? List.of()
        : List.of(
            "this libfuse doesn't report interrupts, so kifs polls for them every 100 ms for each"
                + " waiter");
  }

  @Override
  protected void limitWaits(long ns) {
    fuse.interrupts().waits().limit(ns);
  }

  @Override
  protected void stop() {
    fuse.stop();
  }

  @Override
  protected void dropVanishedNames() {
    fuse.dropVanishedNames();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Usage usage() {
    return fuse.usage();
  }
}
