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
 * How long a request may wait before the kernel aborts the mount, and what an administrator should
 * know of that. Kernels from 6.15 on have such settings.
 *
 * @param longestWaitNs how long a request may wait at most: half of the kernel's timeout, so that
 *     it ends well before; {@link Long#MAX_VALUE} if the kernel has no timeout
 * @param warnings one line for each timeout
 */
public record RequestTimeouts(long longestWaitNs, List<String> warnings) {
  private static final Logger LOG = LoggerFactory.getLogger(RequestTimeouts.class);

  /** Where the kernel has its settings of FUSE. */
  public static final Path SETTINGS = Path.of("/proc/sys/fs/fuse");

  private static final List<String> NAMES =
      List.of("default_request_timeout", "max_request_timeout");

  /**
   * @param settings the directory of the kernel's settings of FUSE
   */
  public static RequestTimeouts read(Path settings) {
    long longestWaitNs = Long.MAX_VALUE;
    List<String> warnings = new ArrayList<>();
    for (String name : NAMES) {
      long seconds = seconds(settings.resolve(name));
      if (seconds > 0) {
        longestWaitNs = Math.min(longestWaitNs, TimeUnit.SECONDS.toNanos(seconds) / 2);
        warnings.add(
            "fs.fuse." + name + "=" + seconds + ": opens that block end before that, with EAGAIN");
      }
    }
    return new RequestTimeouts(longestWaitNs, List.copyOf(warnings));
  }

  /** 0: the kernel has no such timeout. */
  private static long seconds(Path setting) {
    try {
      return Long.parseLong(Files.readString(setting).strip());
    } catch (IOException e) {
      LOG.debug("{} is not there: this kernel doesn't limit requests", setting);
    } catch (NumberFormatException e) {
      LOG.warn("{} holds no number", setting);
    }
    return 0;
  }
}
