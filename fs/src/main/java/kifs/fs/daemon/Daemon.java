package kifs.fs.daemon;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.AccessRules;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.entity.Kernel;
import kifs.fs.root.About;
import kifs.fs.root.EntityPath;
import kifs.fs.root.Root;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.Transport;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.SourceKind;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.history.History;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one kernel at one mountpoint. Not thread-safe, except {@link #stop}, which a shutdown hook
 * calls.
 */
public final class Daemon {
  /** The daemon itself as a client. */
  public static final Caller SELF = MountPoint.self();

  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  /** Memory that all bulks together may hold, and memory that is kept for the next ones, bytes. */
  private static final long MAX_SNAPSHOT_BYTES = 640L << 20;

  private static final long KEPT_SNAPSHOT_BYTES = 32L << 20;

  /** Opens in a rehearsal: the first loads the classes, later ones are still a little slow. */
  private static final int REHEARSALS = 2;

  /** How long the start waits for the rehearsal after the mount, ms. */
  private static final long MAX_REHEARSAL_MS = 200;

  private final KernelSource source;
  private final Snapshots snapshots;
  private final Notifier notifier;
  private final Transport transport;
  private final Tree tree;
  private final boolean isPrivate;
  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private @Nullable Path mountpoint;

  /**
   * Opens the source as soon as the native libraries are bound. Nothing is mounted yet.
   *
   * @param source the value of {@code --source=}
   * @param access who may enter, and who sees what
   * @param historyNs the time between two samples of the history, ns; 0: there is none
   * @throws NoSuchFileException if there is no such script or recording
   * @throws IOException if this host doesn't have the source
   * @throws IllegalArgumentException if there is no such source, or a script has an error
   */
  public static Daemon open(
      String source,
      Libraries libraries,
      StartTimes times,
      NotifierOptions options,
      AccessOptions access,
      long historyNs)
      throws IOException {
    libraries.awaitKernel();
    times.argumentsAreRead();
    @Nullable Past past = SourceOption.past(source).orElse(null);
    KernelSource kernel = past == null ? SourceOption.open(source) : past.source();
    times.sourceIsOpen();
    // A simulated kernel, and one of the past, has no process that is the daemon.
    boolean isLive = kernel.kind() == SourceKind.PROCFS || kernel.kind() == SourceKind.BPF;
    int own = isLive ? (int) ProcessHandle.current().pid() : 0;
    return new Daemon(
        kernel, past, libraries.transport(), options.withOwnPid(own), access, historyNs);
  }

  private Daemon(
      KernelSource source,
      @Nullable Past past,
      Transport transport,
      NotifierOptions options,
      AccessOptions access,
      long historyNs) {
    this.isPrivate = access.isPrivate() || !MountPoint.mayAdmitOthers();
    this.source = source;
    this.transport = transport;
    ChunkPool pool = new ChunkPool(MAX_SNAPSHOT_BYTES, KEPT_SNAPSHOT_BYTES);
    History history = past == null ? new History(source, historyNs) : past.history(source, pool);
    KernelSource shown = history.over();
    this.snapshots = new Snapshots(shown, pool);
    this.notifier = Notifier.start(shown, pool, EntityPath.of(shown), options, history);
    AccessRules rules =
        past == null ? AccessRules.of(access) : AccessRules.ofFile(access, SELF.uid());
    Kernel kernel = new Kernel(shown, snapshots, notifier, rules);
    About about = new About(kernel, Version.text(), options, warnings, transport::usage);
    this.tree =
        new Tree(
            past == null
                ? Root.of(kernel, about::text)
                : Root.of(
                    kernel,
                    about::text,
                    new PastTrees(past, rules, options, pool, transport::usage).directory()));
  }

  public Tree tree() {
    return tree;
  }

  /**
   * Opens and closes a wait for the daemon's own exit, so that the first wait of a client finds all
   * classes loaded. Otherwise a process that ends soon would have vanished before it is watched.
   * Failures are only logged.
   */
  public void rehearse() {
    try {
      String exit = "/processes/" + ProcessHandle.current().pid() + "/notify/exit/occurs/any";
      for (int i = 0; i < REHEARSALS; i++) {
        FileNode node = (FileNode) tree.resolve(exit, SELF);
        node.open(SELF, new OpenMode(true, false)).join().release();
      }
    } catch (RuntimeException e) {
      LOG.info("no rehearsal of a wait for an exit: {}", e.getMessage());
    }
  }

  /**
   * Mounts the tree, and logs all warnings.
   *
   * @throws MountException if the tree can't be mounted
   */
  public void mount(Path path) throws MountException {
    mountpoint = path;
    CompletableFuture<Void> rehearsal =
        CompletableFuture.runAsync(this::rehearse, Daemon::runBesideTheMount);
    transport.mount(path, tree, isPrivate);
    rehearsal.completeOnTimeout(null, MAX_REHEARSAL_MS, TimeUnit.MILLISECONDS).join();
    warnings.addAll(source.warnings());
    warnings.addAll(transport.warnings());
    warnings.forEach(LOG::warn);
    LOG.info("{}", announcement());
  }

  private static void runBesideTheMount(Runnable rehearsal) {
    Thread thread = new Thread(rehearsal, "kifs-rehearsal");
    thread.setDaemon(true);
    thread.start();
  }

  /** The line that says where the kernel is mounted, with the source and the pid of the daemon. */
  public String announcement() {
    return String.format(
        "kifs: mounted on %s (source %s, pid %d)",
        mountpoint, source.kind().name().toLowerCase(Locale.ROOT), ProcessHandle.current().pid());
  }

  /** Waits until the tree is unmounted. */
  public void awaitEnd() throws InterruptedException {
    transport.awaitEnd();
  }

  /** Wakes every waiter with an error, unmounts, and closes the source. */
  public void stop() {
    transport.unmount();
    notifier.close();
    snapshots.close();
    source.close();
    LOG.info("kifs: stopped");
  }
}
