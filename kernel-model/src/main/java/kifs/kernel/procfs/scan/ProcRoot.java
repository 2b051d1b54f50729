package kifs.kernel.procfs.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.Cancellation;

/**
 * The root directory of a /proc, and the pool of {@link Scan}s for its readers. The directory stays
 * open until the root is closed and the last reader has finished. Thread-safe.
 */
public final class ProcRoot {
  private final int fd;
  private final String path;
  private final BoundDirectory directory;
  private final ScanPool scans = new ScanPool();
  private final ProcessList processes;

  private ProcRoot(int fd, String path) {
    this.fd = fd;
    this.path = path;
    directory = new BoundDirectory(fd);
    processes = new ProcessList(fd);
  }

  /**
   * @param procRoot {@code /proc}, or a directory like it
   * @throws IOException if the directory can't be opened
   */
  public static ProcRoot open(Path procRoot) throws IOException {
    String path = procRoot.toAbsolutePath().toString();
    int fd = Syscalls.open(latin1(path), Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
    if (fd < 0) {
      throw new IOException("can't open " + path + ": errno " + -fd);
    }
    return new ProcRoot(fd, path);
  }

  private static String latin1(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The fd of the root. It is valid only inside an action of this class, which keeps it open. */
  public int fd() {
    return fd;
  }

  public String path() {
    return path;
  }

  public ScanPool scans() {
    return scans;
  }

  public ProcessList processes() {
    return processes;
  }

  /**
   * Closes the root as soon as no reader uses it. Actions that begin afterwards don't run and
   * return their {@code closed} value.
   */
  public void close() {
    directory.close();
  }

  /**
   * Runs a pass over every process, after waiting for its turn, see {@link ScanPool}.
   *
   * @param closed the result once the root is closed
   */
  public <T> T pass(T closed, Cancellation cancellation, Function<Scan, T> pass) {
    scans.beginPass(cancellation);
    try {
      return withScan(closed, pass);
    } finally {
      scans.endPass();
    }
  }

  /**
   * Runs an action while the root is kept open.
   *
   * @param closed the result once the root is closed
   */
  public <T> T withScan(T closed, Function<Scan, T> action) {
    return withDirectory(directory, closed, (scan, dir) -> action.apply(scan));
  }

  /**
   * Runs an action while the root and a directory are kept open.
   *
   * @param closed the result once the directory or the root is closed
   * @throws kifs.kernel.source.NoDescriptorsException if the action could not open a file for lack
   *     of descriptors
   */
  public <T> T withDirectory(BoundDirectory bound, T closed, DirectoryAction<T> action) {
    return Descriptors.requireAll(() -> atDirectory(bound, closed, action));
  }

  private <T> T atDirectory(BoundDirectory bound, T closed, DirectoryAction<T> action) {
    Scan scan = scans.acquire();
    try {
      int root = directory.begin(scan);
      if (root < 0) {
        return closed;
      }
      try {
        return inDirectory(bound, scan, closed, action);
      } finally {
        directory.end(root);
      }
    } finally {
      scans.release(scan);
    }
  }

  private static <T> T inDirectory(
      BoundDirectory bound, Scan scan, T closed, DirectoryAction<T> action) {
    int dir = bound.begin(scan);
    if (dir < 0) {
      return closed;
    }
    try {
      return action.at(scan, dir);
    } finally {
      bound.end(dir);
    }
  }

  /** An action on an open directory. */
  @FunctionalInterface
  public interface DirectoryAction<T> {
    T at(Scan scan, int dir);
  }

  /** An action on a process, whose directory is open. */
  @FunctionalInterface
  public interface Visit {
    void process(int pid, int dir);
  }

  /** Visits a process. Does nothing if the process has vanished. */
  public void withProcess(Scan scan, int pid, Visit visit) {
    int dir = scan.bind(fd, pid);
    if (dir >= 0) {
      try {
        visit.process(pid, dir);
      } finally {
        Syscalls.close(dir);
      }
    }
  }
}
