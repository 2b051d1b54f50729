package kifs.fs.transport.jnrfuse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import jnr.ffi.Struct;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.RequestTimeouts;
import kifs.fs.transport.Transport;
import kifs.fs.tree.Tree;
import kifs.fs.tree.Usage;
import org.jspecify.annotations.Nullable;

/**
 * Serves a tree through jnr-fuse. The constructor binds libfuse, which takes 0.1 s. Thread-safe:
 * the monitor guards {@code unmounting}; {@link #mount} is called before any other method.
 */
public final class JnrFuseTransport implements Transport {
  private static final String OPTIONS =
      "fsname=kifs,subtype=kifs,nosuid,nodev,noexec,noatime,"
          // The kernel checks permissions before it asks.
          + "default_permissions,"
          // The kernel must not remember names that can vanish. Lookups handles the names that
          // last.
          + "entry_timeout=0,attr_timeout=0,negative_timeout=0";

  /** How long libfuse may take to mount, s. */
  private static final long START_S = 20;

  private static final long RETRY_MS = 20;

  /** How often the kernel is told to drop the names of vanished entities, s. */
  private static final long DROP_S = 20;

  private final FuseTree fuse;
  private final Path settings;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<String> warnings = new ArrayList<>();
  private @Nullable MountPoint mountpoint;
  private boolean unmounting;

  public JnrFuseTransport() {
    this(RequestTimeouts.SETTINGS);
  }

  /**
   * @param settings the directory of the kernel's FUSE settings
   */
  JnrFuseTransport(Path settings) {
    this.fuse = new FuseTree(Instant.now().getEpochSecond());
    this.settings = settings;
  }

  @Override
  public void mount(Path path, Tree tree, boolean isPrivate) throws MountException {
    MountPoint place = new MountPoint(path);
    place.makeReady();
    // Only now: until here a mount at this place isn't this transport's, so unmount() must not
    // touch it.
    mountpoint = place;
    Struct operations = fuse.operations(tree);
    String options = isPrivate ? OPTIONS : OPTIONS + ",allow_other";
    if (place.isAutomount()) {
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
        this::ended)) {
      throw new MountException(path + ": libfuse could not mount; its message is above");
    }
    awaitReady(path);
    if (!fuse.interrupts().areInstant()) {
      warnings.add(
          "this libfuse doesn't report interrupts, so kifs polls for them every 100 ms for each"
              + " waiter");
    }
    RequestTimeouts timeouts = RequestTimeouts.read(settings);
    fuse.interrupts().limit(timeouts.maxWaitNs());
    warnings.addAll(timeouts.warnings());
    place.watch(this::unmounted);
    Thread dropper = new Thread(this::dropNames, "kifs-names");
    dropper.setDaemon(true);
    dropper.start();
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

  private void ended() {
    fuse.endSession();
    ended.countDown();
  }

  private void awaitReady(Path path) throws MountException {
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_S);
      while (!fuse.ready().await(RETRY_MS, TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > deadline) {
          throw new MountException(path + ": not mounted after " + START_S + " s");
        }
      }
      Files.readString(path.resolve("about"));
    } catch (IOException e) {
      throw new MountException(path + ": mounted, but doesn't answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MountException(path + ": interrupted while mounting", e);
    }
  }

  private void unmounted() {
    fuse.stop();
    ended.countDown();
  }

  @Override
  public void unmount() {
    MountPoint place;
    synchronized (this) {
      place = mountpoint;
      if (unmounting || place == null) {
        return;
      }
      unmounting = true;
    }
    fuse.stop();
    place.drain();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    ended.await();
  }

  /** Makes the kernel drop the names of vanished entities if it has many names. */
  void dropVanishedNames() {
    fuse.dropVanishedNames();
  }

  @Override
  public Usage usage() {
    return fuse.usage();
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(warnings);
  }
}
