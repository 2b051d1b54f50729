package kifs.fs.transport;

import java.util.concurrent.CompletionException;
import java.util.function.IntSupplier;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands around every operation: whatever is thrown becomes an error number. An exception that left
 * a callback would become success.
 */
public final class Guard {
  private static final Logger LOG = LoggerFactory.getLogger(Guard.class);

  private Guard() {}

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
      // There is nothing left to do but to answer.
      return -Errno.EIO.number();
    }
    return -Errno.EIO.number();
  }
}
