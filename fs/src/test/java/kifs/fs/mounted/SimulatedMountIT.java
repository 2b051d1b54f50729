package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A kernel that is made up, mounted: what its script says is what the tree shows. */
@Timeout(90)
class SimulatedMountIT {
  @TempDir Path mountpoint;
  @TempDir Path directory;

  @Test
  void theDemonstration() {
    try (MountedKifs kifs =
        MountedKifs.at(mountpoint, "simulated-demo", "--source=simulated:" + Project.DEMO)) {
      assertEquals("simulated", kifs.about("source"));
      assertEquals("demo", kifs.about("host"));
      assertEquals("shop\n", kifs.read("processes/500/comm"));
      assertEquals("1000\n", kifs.read("processes/500/uid"));
      assertEquals("postgres -D /var/lib/postgresql\n", kifs.read("processes/300/cmdline"));
      assertEquals("/usr/sbin/sshd\n", kifs.read("processes/210/exe"));
      assertEquals("/system.slice/ssh.service\n", kifs.read("processes/210/cgroup"));
      assertEquals((9L << 20) + "\n", kifs.read("processes/210/rss"));
      assertEquals("5\n", kifs.read("processes/400/threads.count"));
      assertEquals("billing\n", kifs.read("processes/500/threads/504/comm"));
      assertEquals((16L << 30) + "\n", kifs.read("system/memory"));
      // The clients aren't of that kernel.
      assertFalse(Files.exists(kifs.path("processes/" + ProcessHandle.current().pid())));
      Run.bash("find $1 -type f -exec cat {} + > /dev/null", kifs.path()).ok();
      // 5 s from the beginning, a compiler.
      String event =
          Run.of("cat", kifs.path("system/notify/processes/above/26").toString()).ok().out();
      assertTrue(event.contains(" metric=processes ") && event.contains(" entity=system "), event);
      assertEquals("cc1plus\n", kifs.read("processes/700/comm"));
      Run.Result exit =
          Run.of("cat", kifs.path("processes/700/notify/exit/occurs/any").toString()).ok();
      assertTrue(
          exit.out().contains(" pid=700 ") && exit.out().contains(" comm=cc1plus "), exit.out());
      assertTrue(exit.out().contains(" status=0"), exit.out());
      assertFalse(Files.exists(kifs.path("processes/700")));
    }
  }

  @Test
  void aScriptOfOnesOwn() throws IOException {
    Path script =
        Files.writeString(
            directory.resolve("own.kifs"),
            """
            host name=own processors=2 memory=1G boot=1h
            0s  spawn 1 comm=init rss=1M fds=10
            0s  spawn 10 comm="odd name" uid=7 rss=2M fds=5 threads=2
            2s  set 10 fds=500
            3s  set 10 rss=200M
            4s  exit 10 signal=9
            """);
    try (MountedKifs kifs =
        MountedKifs.at(mountpoint, "simulated-own", "--source=simulated:" + script)) {
      String odd = kifs.path("processes/10").toString();
      Helper rss = Helper.start(Run.of("cat", odd + "/notify/rss/above/100M"));
      Helper fds =
          Helper.start(Run.of("cat", kifs.path("processes/each/notify/fds/above/400").toString()));
      Helper never = Helper.start(Run.of("cat", odd + "/notify/rss/above/1T"));
      Helper exit = Helper.start(Run.of("cat", odd + "/notify/exit/occurs/any"));
      assertTrue(
          fds.line().contains(" uid=7 comm=\"odd name\" metric=fds predicate=above value=500 "));
      assertTrue(
          rss.line()
              .contains(" value=" + (200L << 20) + " threshold=" + (100L << 20) + " unit=bytes "));
      assertTrue(exit.line().contains(" metric=exit "));
      assertEquals(1, never.await());
      assertTrue(never.complaints().contains("No such process"), never.complaints());
      Helper.endAll();
    }
  }
}
