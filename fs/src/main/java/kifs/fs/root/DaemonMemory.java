package kifs.fs.root;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The memory of the daemon, in bytes. Immutable.
 *
 * @param resident all of it, VmRSS of /proc/self/status
 * @param files mapped files and BPF maps: RssFile and RssShmem
 * @param heap what the Java heap has in use, with garbage
 * @param heapMax the maximum of the Java heap
 * @param buffers direct buffers
 * @param other the rest of the anonymous memory: malloc, stacks, compiled code, metaspace
 */
record DaemonMemory(long resident, long files, long heap, long heapMax, long buffers, long other) {
  private static final Path STATUS = Path.of("/proc/self/status");

  static DaemonMemory now() {
    Map<String, Long> status = status();
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory();
    long buffers = directBytes();
    return new DaemonMemory(
        status.getOrDefault("VmRSS", 0L),
        status.getOrDefault("RssFile", 0L) + status.getOrDefault("RssShmem", 0L),
        heap - runtime.freeMemory(),
        runtime.maxMemory(),
        buffers,
        Math.max(0, status.getOrDefault("RssAnon", 0L) - heap - buffers));
  }

  /** The lines of the file that have a size, as bytes. */
  private static Map<String, Long> status() {
    Map<String, Long> sizes = new HashMap<>();
    try {
      for (String line : Files.readAllLines(STATUS)) {
        String[] words = line.split("[:\\s]+");
        if (line.endsWith(" kB")) {
          sizes.put(words[0], Long.parseLong(words[1]) << 10);
        }
      }
    } catch (IOException e) {
      // The daemon has no descriptor left for it. The lines show 0.
      return Map.of();
    }
    return sizes;
  }

  private static long directBytes() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }
}
