package kifs.kernel.linux.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import kifs.kernel.source.Shortage;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;

/**
 * What a user has too many of. The maximum is set in a user namespace of the test's own, so no
 * other program notices.
 */
class WatchShortageTest {
  private static final String LACKING =
      "kifs ran out of kernel watches 1 times: some events come only by samples; raise"
          + " max_user_instances and max_user_watches in /proc/sys/fs/inotify and"
          + " /proc/sys/fs/epoll\n";

  /** Watches a file, and prints whether the kernel took the watch and what has run out. */
  public static final class Watching {
    private Watching() {}

    public static void main(String... arguments) {
      FileChanges changes = new FileChanges(new FdWatcher("watching"));
      boolean isWatched =
          changes.watch(List.of("/proc/self/status"), FileChanges.MODIFIED, () -> {}).isPresent();
      System.out.println(isWatched);
      Shortage.lines().forEach(System.out::println);
      System.exit(0);
    }
  }

  private static String watch(String limit, int maximum) {
    return Run.bash(
            "exec unshare --user --map-root-user bash -c 'echo $2 >/proc/sys/user/$1 && exec \"$3\""
                + " -cp \"$4\" $5' bash \"$@\"",
            limit,
            maximum,
            Path.of(System.getProperty("java.home"), "bin", "java"),
            System.getProperty("java.class.path"),
            Watching.class.getName())
        .ok()
        .out();
  }

  @Test
  void instances() {
    assertEquals("true\n", watch("max_inotify_instances", 1));
    assertEquals("false\n" + LACKING, watch("max_inotify_instances", 0));
  }

  @Test
  void watches() {
    assertEquals("true\n", watch("max_inotify_watches", 1));
    assertEquals("false\n" + LACKING, watch("max_inotify_watches", 0));
  }
}
