package kifs.fs.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kifs.fs.tree.Tree;
import org.jspecify.annotations.Nullable;

/**
 * What all transports have in common: the order of a mount and of an unmount. Thread-safe: the
 * monitor guards {@code unmounting}; {@link #mount} is called before any other method.
 */
public abstract class ServingTransport implements Transport {
  /** How long the kernel may take to ask for the session's beginning, s. */
  private static final long START_S = 20;

  /** How often the kernel is told to drop the names of vanished entities, s. */
  private static final long DROP_S = 20;

  private final Path settings;
  private final boolean mounts;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<String> warnings = new ArrayList<>();
  private volatile @Nullable MountPoint mountpoint;
  private boolean unmounting;

  /**
   * @param settings the directory of the kernel's FUSE settings
   * @param mounts whether this transport mounts and unmounts the tree; if not, somebody else does,
   *     perhaps in another mount namespace
   */
  protected ServingTransport(Path settings, boolean mounts) {
    this.settings = settings;
    this.mounts = mounts;
  }

  /**
   * Mounts the tree, if that is this transport's task, and begins to serve it.
   *
   * @return counted down when the kernel has begun the session
   */
  protected abstract CountDownLatch begin(Path path, Tree tree, boolean isPrivate)
      throws MountException;

  /** Checks a session that has begun, and returns warnings about it. */
  protected abstract List<String> check(Path path) throws MountException;

  /** Sets a timeout for requests that wait. A wait that reaches it ends with EAGAIN. */
  protected abstract void limitWaits(long ns);

  /** Ends all waits. From now on opens, reads and writes are refused; only releases succeed. */
  protected abstract void stop();

  /** Makes the kernel drop the names of vanished entities if it has many names. */
  protected abstract void dropVanishedNames();

  /**
   * A subclass calls this method when the session has ended. After an abort of the connection the
   * tree is still mounted, and nobody can use it.
   */
  protected final void ended() {
    MountPoint place = mountpoint;
    if (mounts && place != null) {
      place.drain();
    }
    ended.countDown();
  }

  @Override
  public final void mount(Path path, Tree tree, boolean isPrivate) throws MountException {
    MountPoint place = new MountPoint(path);
    if (mounts) {
      place.makeReady();
    }
    // Only now: until here a mount at this place isn't this transport's, so unmount() must not
    // touch it.
    mountpoint = place;
    await(begin(path, tree, isPrivate), path);
    place.adopt();
    warnings.addAll(check(path));
    RequestTimeouts timeouts = RequestTimeouts.read(settings);
    limitWaits(timeouts.maxWaitNs());
    warnings.addAll(timeouts.warnings());
    if (mounts) {
      awaitAnswer(path);
      place.watch(this::unmounted);
    }
    Thread dropper = new Thread(this::dropNames, "kifs-names");
    dropper.setDaemon(true);
    dropper.start();
  }

  private static void await(CountDownLatch began, Path path) throws MountException {
    try {
      if (!began.await(START_S, TimeUnit.SECONDS)) {
        throw new MountException(path + ": not mounted after " + START_S + " s");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MountException(path + ": interrupted while mounting", e);
    }
  }

  private static void awaitAnswer(Path path) throws MountException {
    try {
      Files.readString(path.resolve("about"));
    } catch (IOException e) {
      throw new MountException(path + ": mounted, but doesn't answer: " + e.getMessage(), e);
    }
  }

  private void dropNames() {
    try {
      while (!ended.await(DROP_S, TimeUnit.SECONDS)) {
        dropVanishedNames();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void unmounted() {
    stop();
    ended.countDown();
  }

  @Override
  public final void unmount() {
    MountPoint place;
    synchronized (this) {
      place = mountpoint;
      if (unmounting || place == null) {
        return;
      }
      unmounting = true;
    }
    stop();
    if (mounts) {
      place.drain();
    }
  }

  @Override
  public final void awaitEnd() throws InterruptedException {
    ended.await();
  }

  @Override
  public final List<String> warnings() {
    return List.copyOf(warnings);
  }
}
