package kifs.kernel.procfs.scan;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Function;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.Cancellation;

/**
 * The root directory of a /proc, held open for as long as anybody looks, and what it takes to look.
 * Thread-safe.
 */
public final class ProcRoot {
  private final int fd;
  private final String path;
  private final BoundDirectory directory;
  private final ScanPool scans = new ScanPool();

  private ProcRoot(int fd, String path) {
    this.fd = fd;
    this.path = path;
    directory = new BoundDirectory(fd);
  }

  /**
   * @param procRoot {@code /proc}, or a directory like it
   * @throws IOException if it can't be opened
   */
  public static ProcRoot open(Path procRoot) throws IOException {
    String path = procRoot.toAbsolutePath().toString();
    NativeBuffer name = NativeBuffer.string(latin1(path));
    int fd =
        Syscalls.openat(
            Syscalls.AT_FDCWD, name.address(), Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
    if (fd < 0) {
      throw new IOException("can't open " + path + ": errno " + -fd);
    }
    return new ProcRoot(fd, path);
  }

  private static String latin1(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** To be used while it is held open. */
  public int fd() {
    return fd;
  }

  public String path() {
    return path;
  }

  public ScanPool scans() {
    return scans;
  }

  /** Closes the root, as soon as nobody looks; afterwards there is nothing to be seen. */
  public void close() {
    directory.close();
  }

  /**
   * Does something that looks at every process.
   *
   * @param closed what it gives once the root is closed
   */
  public <T> T pass(T closed, Cancellation cancellation, Function<Scan, T> pass) {
    scans.beginPass(cancellation);
    try {
      return look(closed, pass);
    } finally {
      scans.endPass();
    }
  }

  /**
   * Does something with the root held open.
   *
   * @param closed what it gives once the root is closed
   */
  public <T> T look(T closed, Function<Scan, T> look) {
    return lookAt(directory, closed, (scan, dir) -> look.apply(scan));
  }

  /**
   * Does something with a directory held open.
   *
   * @param closed what it gives once the directory or the root is closed
   */
  public <T> T lookAt(BoundDirectory of, T closed, Look<T> look) {
    if (directory.begin() < 0) {
      return closed;
    }
    try {
      int dir = of.begin();
      if (dir < 0) {
        return closed;
      }
      Scan scan = scans.take();
      try {
        return look.at(scan, dir);
      } finally {
        scans.give(scan);
        of.end();
      }
    } finally {
      directory.end();
    }
  }

  /** Something done with an open directory. */
  @FunctionalInterface
  public interface Look<T> {
    T at(Scan scan, int dir);
  }

  /** Something done with a process, bound by its directory. */
  @FunctionalInterface
  public interface Visit {
    void process(int pid, int dir);
  }

  /** Visits a process, unless it has gone. */
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
