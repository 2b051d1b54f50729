package kifs.kernel.source;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The resources of the daemon itself that can run out. The first shortage of each is logged, and
 * all are counted. Thread-safe.
 */
@SuppressWarnings("ImmutableEnumChecker") // The counters are what it is for.
public enum Shortage {
  DESCRIPTORS("file descriptors", "raise the daemon's limit, ulimit -n"),
  MEMORY("memory", "see the flags -Xmx and -XX:MaxDirectMemorySize of mount.sh"),
  THREADS("threads", "raise the limit of processes, ulimit -u or pids.max of the cgroup"),
  WATCHES(
      "kernel watches",
      "some events come only by samples; raise max_user_instances and max_user_watches in"
          + " /proc/sys/fs/inotify and /proc/sys/fs/epoll"),
  LOG_SPACE("space for its log", "messages are missing; make space on the log's disk");

  private static final Logger LOG = LoggerFactory.getLogger(Shortage.class);

  private final String resource;
  private final String advice;
  private final AtomicLong count = new AtomicLong();

  Shortage(String resource, String advice) {
    this.resource = resource;
    this.advice = advice;
  }

  /** Counts a request that was refused. */
  public void note() {
    if (count(1) == 0) {
      LOG.warn("kifs ran out of {} ({}); further shortages are only counted", resource, advice);
    }
  }

  /** Counts refused requests without a message. Returns how many were counted before. */
  public long count(long requests) {
    return count.getAndAdd(requests);
  }

  /** The number of requests that were refused so far. */
  public long count() {
    return count.get();
  }

  /** One line for each resource that has run out. */
  public static List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Shortage each : values()) {
      if (each.count() > 0) {
        lines.add(
            "kifs ran out of " + each.resource + " " + each.count() + " times: " + each.advice);
      }
    }
    return lines;
  }
}
