package kifs.fs.transport;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's timeouts for FUSE requests, after which it aborts the mount. Kernels from 6.15 on
 * have these settings. Immutable.
 *
 * @param maxWaitNs how long a request may wait, ns: half of the kernel's timeout, so that the
 *     request ends well before it; {@link Long#MAX_VALUE} if the kernel has no timeout
 * @param warnings one line for each timeout, for the administrator
 */
public record RequestTimeouts(long maxWaitNs, List<String> warnings) {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTimeouts.class);

  /** The directory of the kernel's FUSE settings. */
  public static final Path SETTINGS = Path.of("/proc/sys/fs/fuse");

  private static final List<String> NAMES =
      List.of("default_request_timeout", "max_request_timeout");

  /**
   * Reads the timeouts.
   *
   * @param settings the directory of the kernel's FUSE settings
   */
  public static RequestTimeouts read(Path settings) {
    long maxWaitNs = Long.MAX_VALUE;
    List<String> warnings = new ArrayList<>();
    for (String name : NAMES) {
      long seconds = seconds(settings.resolve(name));
      if (seconds > 0) {
        maxWaitNs = Math.min(maxWaitNs, TimeUnit.SECONDS.toNanos(seconds) / 2);
        warnings.add(
            "fs.fuse." + name + "=" + seconds + ": opens that block end before that, with EAGAIN");
      }
    }
    return new RequestTimeouts(maxWaitNs, List.copyOf(warnings));
  }

  /** A timeout in seconds; 0 if the kernel has no such timeout. */
  private static long seconds(Path setting) {
    try {
      return Long.parseLong(Files.readString(setting).strip());
    } catch (IOException e) {
      LOG.debug("{} doesn't exist: this kernel has no timeout for requests", setting);
    } catch (NumberFormatException e) {
      LOG.warn("{} contains no number", setting);
    }
    return 0;
  }
}
