package kifs.fs.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The name by which ps, top and kifs itself show the daemon. The JVM would be called {@code java},
 * like every other Java program of the host.
 */
public final class ProcessName {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessName.class);
  private static final String NAME = "kifs";

  /** The thread whose id is the process's, which is not the one that runs main, and that one. */
  private static final List<Path> FILES =
      List.of(Path.of("/proc/self/comm"), Path.of("/proc/thread-self/comm"));

  private ProcessName() {}

  /** Names the process and the calling thread. A failure is only logged. */
  public static void set() {
    try {
      for (Path file : FILES) {
        Files.writeString(file, NAME);
      }
    } catch (IOException e) {
      LOG.info("the process is not called {}: {}", NAME, e.getMessage());
    }
  }
}
