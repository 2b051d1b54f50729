package kifs.fs.mounted;

import static kifs.fs.mounted.MountedKifs.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kifs.testing.Await;
import kifs.testing.EventLine;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Conditions on those processes that have a name, a user, a cgroup (docs/notify.md 6.5). */
@Timeout(120)
class SelectionIT {
  private static final String EACH = "processes/each/notify/";

  @Mounted("selection")
  private static MountedKifs kifs;

  /** The events of those that exceed a threshold now, as README says one lists them. */
  private static List<Map<String, String>> exceeding(String name) {
    Run.Result result =
        Run.of("timeout", "2", "cat", kifs.path(name + ",follow").toString()).result();
    assertEquals("", result.err());
    return result.out().lines().map(EventLine::parse).toList();
  }

  private static List<String> pids(List<Map<String, String>> events) {
    return events.stream().map(event -> event.get("pid")).toList();
  }

  private static Program python(int mib) {
    return Program.ready(
        Run.bash(
            "exec python3 -c 'x = bytearray("
                + mib
                + " << 20); print(\"ready\", flush=True); input()'"));
  }

  @Test
  void whoIsAboveNow() {
    try (Program hog = Program.hog().command("rss " + (80 << 20));
        Program other = python(80)) {
      String mine = Integer.toString(hog.pid());
      String theirs = Integer.toString(other.pid());
      assertEquals(List.of(mine), pids(exceeding(EACH + "rss/above/70M,comm=kifs-hog")));
      assertEquals(List.of(mine), pids(exceeding(EACH + "rss/above/70M,uid=0,comm=kifs%2Dhog")));
      assertEquals(List.of(), exceeding(EACH + "rss/above/70M,comm=kifs-hog,uid=4242"));
      List<String> all = pids(exceeding(EACH + "rss/above/70M"));
      assertTrue(all.contains(mine) && all.contains(theirs), all::toString);
    }
  }

  @Test
  void processOfUserThatGrows() {
    try (Program user =
            Program.ready(
                Run.bash(
                    // The interpreter may be in a place that only root can read.
                    "exec python3 -c 'import os; os.setgroups([]); os.setuid(4242);"
                        + " print(\"ready\", flush=True); input(); x = bytearray(90 << 20);"
                        + " input()'"));
        Program hog = Program.hog()) {
      Program waits = kifs.cat(EACH + "rss/above/70M,uid=4242");
      hog.command("rss " + (80 << 20));
      user.send("");
      Map<String, String> event = event(waits);
      assertEquals(Integer.toString(user.pid()), event.get("pid"), event::toString);
      assertEquals("4242", event.get("uid"));
      Map<String, String> sum = kifs.eventNow("processes/sum/notify/rss/above/70M,uid=4242");
      assertTrue(Long.parseLong(sum.get("value")) < 200 << 20, sum::toString);
    }
  }

  @Test
  void processesOfCgroup() throws IOException {
    Path top = Path.of("/sys/fs/cgroup");
    Path root = Files.exists(top.resolve("cgroup.controllers")) ? top : top.resolve("pids");
    assumeTrue(Files.isWritable(root), "no cgroups");
    Path group = Files.createDirectories(root.resolve("kifs selection/in,ner"));
    String prefix = Files.readString(Path.of("/proc/self/cgroup"));
    assumeTrue(prefix.contains("0::/\n") || prefix.contains("pids:/\n"), "not in the root cgroup");
    String option = ",cgroup=kifs%20selection%2Fin%2Cner";
    try (Program in = Program.hog().command("fds 30");
        Program out = Program.hog().command("fds 30")) {
      Files.writeString(group.resolve("cgroup.procs"), Integer.toString(in.pid()));
      String mine = Integer.toString(in.pid());
      assertEquals(List.of(mine), pids(exceeding(EACH + "fds/above/20" + option)));
      assertEquals(
          List.of(mine), pids(exceeding(EACH + "fds/above/20,cgroup=%2Fkifs%20selection")));
      Program exit = kifs.cat(EACH + "exit/occurs/any" + option);
      out.kill();
      in.kill();
      assertEquals(mine, event(exit).get("pid"));
    } finally {
      kifs.awaitWaiters(0);
      Await.until("the cgroup is empty", () -> remove(group));
      Files.delete(group.getParent());
    }
  }

  private static boolean remove(Path group) {
    try {
      Files.deleteIfExists(group);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void happeningsOfName() {
    Program execs = kifs.cat(EACH + "exec/occurs/any,comm=true,follow");
    Program exits = kifs.cat(EACH + "exit/occurs/any,comm=true,follow");
    Run.bash("for i in 1 2 3; do /bin/false; /bin/true; done").ok();
    for (Program each : List.of(execs, exits)) {
      for (int seq = 1; seq <= 3; seq++) {
        Map<String, String> event = EventLine.parse(each.line());
        assertEquals("true", event.get("comm"), event::toString);
        assertEquals(Integer.toString(seq), event.get("seq"), event::toString);
      }
      each.kill();
    }
  }

  @Test
  void badSelections() {
    for (String bad :
        List.of(
            EACH + "rss/above/1G,comm=",
            EACH + "rss/above/1G,comm=longer-than-15-bytes",
            EACH + "rss/above/1G,uid=root",
            EACH + "rss/above/1G,cgroup=%2",
            EACH + "rss/above/1G,comm=a,comm=b",
            "processes/self/notify/rss/above/1,comm=cat",
            "system/notify/load/above/0,uid=0",
            "shm/each/notify/size/above/0,uid=0")) {
      Run.Result result = Run.of("cat", kifs.path(bad).toString()).result();
      assertEquals(1, result.status(), bad);
      assertTrue(result.err().contains("Invalid argument"), bad + ": " + result.err());
    }
  }

  /** The README in notify/ says how it is written. */
  @Test
  void readmeHasTheOptions() {
    String readme = kifs.read(EACH + "README");
    assertTrue(readme.contains("comm=NAME uid=N cgroup=PATH"), readme);
    assertTrue(readme.contains("web%2Fworkers"), readme);
  }
}
