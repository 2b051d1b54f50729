package kifs.fs.transport;

import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
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
   * @return the result of the body; after an {@link FsException} its errno, negative; after any
   *     other exception, which is logged, -EIO
   */
  public static int run(String operation, String path, IntSupplier body) {
    try {
      return body.getAsInt();
    } catch (FsException e) {
      return -e.errno().number();
    } catch (CompletionException e) {
      if (e.getCause() instanceof FsException expected) {
        return -expected.errno().number();
      }
      return unexpected(operation, path, e.getCause() == null ? e : e.getCause());
    } catch (Throwable e) {
      return unexpected(operation, path, e);
    }
  }

  private static int unexpected(String operation, String path, Throwable e) {
    try {
      LOG.error("{} {} failed; the client gets EIO", operation, path, e);
    } catch (Throwable logging) {
      // The error can't be logged, so only the answer is left.
      return -Errno.EIO.number();
    }
    return -Errno.EIO.number();
  }
}
