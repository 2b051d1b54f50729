package kifs.fs.transport;

import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.source.NoDescriptorsException;
import kifs.kernel.source.Shortage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an operation and turns every exception into an error number. An exception that left a native
 * callback would reach the client as success. Thread-safe.
 */
public final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  private Guard() {}

  /**
   * Runs an operation.
   *
   * @param path what the operation is about; its text is only made for the log
   * @return the result of the body; after an {@link FsException} its errno, negative; -EMFILE,
   *     -EAGAIN or -ENOMEM if the daemon has no descriptor, thread or memory left for it; after any
   *     other exception, which is logged, -EIO
   */
  public static int run(String operation, Object path, IntSupplier body) {
    try {
      return body.getAsInt();
    } catch (CompletionException e) {
      return -errno(operation, path, e.getCause() == null ? e : e.getCause()).number();
    } catch (Throwable e) {
      return -errno(operation, path, e).number();
    }
  }

  private static Errno errno(String operation, Object path, Throwable e) {
    if (e instanceof FsException expected) {
      return expected.errno();
    }
    if (e instanceof NoDescriptorsException) {
      return Errno.EMFILE;
    }
    return e instanceof OutOfMemoryError shortage
        ? shortage(shortage)
        : unexpected(operation, path, e);
  }

  /** Counts a shortage. The JVM throws the same error for memory and for threads. */
  private static Errno shortage(OutOfMemoryError e) {
    boolean isOfThreads = String.valueOf(e.getMessage()).contains("native thread");
    try {
      (isOfThreads ? Shortage.THREADS : Shortage.MEMORY).note();
    } catch (OutOfMemoryError logging) {
      // The shortage is counted, only its first message is missing.
    }
    return isOfThreads ? Errno.EAGAIN : Errno.ENOMEM;
  }

  private static Errno unexpected(String operation, Object path, Throwable e) {
    try {
      LOG.error("{} {} failed; the client gets EIO", operation, path, e);
    } catch (Throwable logging) {
      // The error can't be logged, so only the answer is left.
      return Errno.EIO;
    }
    return Errno.EIO;
  }
}
