package kifs.fs.transport.direct;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.RequestTimeouts;
import kifs.fs.transport.ServingTransport;
import kifs.fs.transport.direct.session.Session;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;
import org.jspecify.annotations.Nullable;

/** Serves a tree on {@code /dev/fuse}. Requests that wait hold no thread. Thread-safe. */
public final class DirectTransport extends ServingTransport {
  /** The name of this transport. */
  public static final String NAME = "direct";

  private final OptionalInt given;
  private volatile @Nullable Session session;

  /** Makes a transport, with the kernel's own settings. */
  public DirectTransport(OptionalInt given) {
    this(given, RequestTimeouts.SETTINGS);
  }

  /**
   * @param given the descriptor of a tree that somebody else has mounted and will unmount; empty:
   *     this transport mounts and unmounts
   * @param settings the directory of the kernel's FUSE settings
   */
  public DirectTransport(OptionalInt given, Path settings) {
    super(settings, given.isEmpty());
    this.given = given;
  }

  @Override
  protected CountDownLatch begin(Path path, Tree tree, boolean isPrivate) throws MountException {
    int fd = given.isPresent() ? given.getAsInt() : DeviceMount.mount(path, isPrivate);
    Device device = new Device(fd);
    Session begun = new Session(tree, device, Instant.now().getEpochSecond(), MountPoint.self());
    session = begun;
    new Receivers(device, begun, () -> sessionEnded(device, begun)).start();
    return begun.agreed();
  }

  private void sessionEnded(Device device, Session over) {
    over.end();
    device.close();
    ended();
  }

  @Override
  protected List<String> check(Path path) throws MountException {
    Session begun = session;
    Optional<String> refusal = begun == null ? Optional.empty() : begun.refusal();
    if (refusal.isPresent()) {
      throw new MountException(path + ": " + refusal.get());
    }
    return List.of();
  }

  @Override
  protected void limitWaits(long ns) {
    Session begun = session;
    if (begun != null) {
      begun.limitWaits(ns);
    }
  }

  @Override
  protected void stop() {
    Session begun = session;
    if (begun != null) {
      begun.stop();
    }
  }

  @Override
  protected void dropVanishedNames() {
    Session begun = session;
    if (begun != null) {
      begun.dropVanishedNames();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Usage usage() {
    Session begun = session;
    return begun == null ? Usage.NONE : begun.usage();
  }
}
