package kifs.fs.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import jnr.ffi.LastError;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Caller;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * The directory on which the tree is mounted, and its state in the kernel's table of mounts.
 * Thread-safe.
 */
public final class MountPoint {
  /** The filesystem type of kifs mounts, as mount(8) shows it. */
  private static final String TYPE = "fuse.kifs";

  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final int MNT_DETACH = 2;
  private static final int EBUSY = 16;
  private static final short POLLPRI = 2;

  /** The time that clients have to leave the tree before it is detached. */
  private static final long DRAIN_NS = 2_000_000_000L;

  private static final long RETRY_MS = 20;

  /**
   * umount2(2), and who mounts. The interface is public because jnr-ffi must be able to access it.
   */
  public interface Umount {
    int umount2(String target, int flags);

    int geteuid();

    int getegid();
  }

  private static final Umount C = LibraryLoader.create(Umount.class).load("c");

  private final Path path;

  /** The kernel's id of the mount of this process; null until {@link #adopt}. */
  private volatile @Nullable String id;

  public MountPoint(Path path) {
    this.path = path;
  }

  /**
   * Removes the dead mount that a killed daemon left.
   *
   * @throws MountException if the directory can't be mounted on
   */
  public void makeReady() throws MountException {
    if (isMounted()) {
      if (answers()) {
        throw new MountException(path + ": already mounted");
      }
      unmount(true);
    }
    if (!Files.isDirectory(path)) {
      throw new MountException(
          path + (Files.exists(path) ? ": not a directory" : ": no such directory"));
    }
    if (isAutomount()) {
      // To list it would wait for the mount that is being made here.
      return;
    }
    try (var entries = Files.list(path)) {
      if (entries.findAny().isPresent()) {
        throw new MountException(path + ": not empty");
      }
    } catch (IOException e) {
      throw new MountException(path + ": can't be read: " + e.getMessage(), e);
    }
  }

  /**
   * Takes the tree that is mounted here now for this process's own. From now on another kifs, which
   * is mounted here after this one was unmounted, is left alone.
   */
  public void adopt() {
    id = mountIds(TYPE).reduce((first, last) -> last).orElse(null);
  }

  /** Whether a kifs is mounted here, dead or alive; after {@link #adopt}, whether that one is. */
  private boolean isMounted() {
    String own = id;
    return mountIds(TYPE).anyMatch(mounted -> own == null || mounted.equals(own));
  }

  /** Whether an access to this directory lets systemd or automount(8) mount here. */
  public boolean isAutomount() {
    return mountIds("autofs").findAny().isPresent();
  }

  /** The ids of the mounts of a type here. A later one covers an earlier one. */
  private Stream<String> mountIds(String type) {
    String name = escaped(path.toString());
    try {
      return Files.readAllLines(TABLE, StandardCharsets.ISO_8859_1).stream()
          .map(line -> line.split(" "))
          .filter(field -> field[4].equals(name) && isOf(type, field))
          .map(field -> field[0]);
    } catch (IOException e) {
      return Stream.empty();
    }
  }

  /** In a line of mountinfo, the type follows a field that is a lone hyphen. */
  private static boolean isOf(String type, String[] field) {
    for (int i = 6; i < field.length - 1; i++) {
      if (field[i].equals("-")) {
        return field[i + 1].equals(type);
      }
    }
    return false;
  }

  /**
   * Whether the daemon of the mount answers. Only an open shows it, because the kernel may remember
   * names.
   */
  private boolean answers() {
    try {
      Files.newInputStream(path.resolve("about")).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Unmounts.
   *
   * @param detach whether to unmount even while a client is in the tree; the client then gets
   *     errors
   * @return whether nothing is mounted any more
   */
  private boolean unmount(boolean detach) {
    if (C.geteuid() == 0) {
      int result = C.umount2(path.toString(), detach ? MNT_DETACH : 0);
      return result == 0 || LastError.getLastError(Runtime.getSystemRuntime()) != EBUSY;
    }
    return fusermount(detach);
  }

  /** Whether this process may let other users enter a mount, without an entry in fuse.conf. */
  public static boolean mayAdmitOthers() {
    return C.geteuid() == 0;
  }

  /** This process as a client. */
  public static Caller self() {
    return new Caller(
        Integer.toUnsignedLong(C.geteuid()),
        Integer.toUnsignedLong(C.getegid()),
        (int) ProcessHandle.current().pid());
  }

  private boolean fusermount(boolean detach) {
    try {
      Process helper =
          new ProcessBuilder("fusermount", detach ? "-uz" : "-u", path.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return helper.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Unmounts: at once if no client is in the tree, else after two seconds at the latest. A client
   * that is still in the tree then gets errors.
   */
  public void drain() {
    long deadline = System.nanoTime() + DRAIN_NS;
    while (isMounted() && !unmount(System.nanoTime() > deadline)) {
      sleep();
    }
  }

  private static void sleep() {
    try {
      TimeUnit.MILLISECONDS.sleep(RETRY_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Watches on a thread of its own until the tree is no longer mounted here, by whatever means it
   * was unmounted. This includes a tree that was only detached, which the kernel doesn't report to
   * the filesystem itself.
   *
   * @param onUnmount called once, on that thread
   */
  public void watch(Runnable onUnmount) {
    Thread thread =
        new Thread(
            () -> {
              awaitUnmount();
              onUnmount.run();
            },
            "kifs-mount-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private void awaitUnmount() {
    int table = Syscalls.open(TABLE.toString(), Syscalls.O_RDONLY);
    NativeBuffer pollfd = NativeBuffer.allocate(8);
    pollfd.buffer().putInt(0, table).putShort(4, POLLPRI);
    while (isMounted()) {
      Syscalls.poll(pollfd.address(), 1, -1);
    }
    Syscalls.close(table);
  }

  /** Escapes a path as the kernel does in the table of mounts. */
  private static String escaped(String path) {
    String raw = new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return raw.replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}
