package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.testing.Await;
import kifs.testing.EventLine;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A simulated kernel is mounted like a real one. */
@Timeout(120)
class SimulatedMountIT {
  private static final String STATE =
      """
      host name=tiny processors=2 memory=1G boot=1h
      0s spawn 100 comm=first uid=7 gid=8 rss=10M fds=3 threads=2 cmdline="first --arg" \
      exe=/bin/first cgroup=/a
      0s spawn 200 comm=second uid=9 rss=1M
      """;

  /** The time between the two events of {@link #withEvents}. */
  private static final int APART_S = 3;

  /** Adds a first event at that time, in seconds, and a second one {@link #APART_S} later. */
  private static String withEvents(int firstS) {
    return STATE + firstS + "s set 100 rss=100M\n" + (firstS + APART_S) + "s exit 200 status=3\n";
  }

  @TempDir Path mountpoint;
  @TempDir Path directory;

  private MountedKifs mount(Path script) {
    return MountedKifs.at(mountpoint, "simulated", "--source=simulated:" + script);
  }

  private MountedKifs mountScript(String script) throws IOException {
    return mount(Files.writeString(directory.resolve("tiny.kifs"), script));
  }

  private static BulkReader bulk(MountedKifs kifs, String name)
      throws IOException, BulkFormatException {
    return new BulkReader(ByteBuffer.wrap(Files.readAllBytes(kifs.path(name))));
  }

  @Test
  void showsTheStateOfTheScript() throws Exception {
    try (MountedKifs kifs = mountScript(STATE)) {
      assertEquals("simulated", kifs.about("source"));
      assertEquals("tiny", kifs.about("host"));
      assertTrue(kifs.about("warning").contains("simulated"), kifs.read("about"));
      assertEquals(1L << 30, Long.parseLong(kifs.read("system/memory").strip()));
      assertEquals("2\n", kifs.read("system/processes"));
      assertEquals("3\n", kifs.read("system/threads"));
      Map<String, String> expected =
          Map.of(
              "comm", "first",
              "uid", "7",
              "gid", "8",
              "ppid", "1",
              "fds.count", "3",
              "cmdline", "first --arg",
              "exe", "/bin/first",
              "cgroup", "/a",
              "threads.count", "2");
      Map<String, String> found = new TreeMap<>();
      for (String name : expected.keySet()) {
        found.put(name, kifs.read("processes/100/" + name).strip());
      }
      assertEquals(new TreeMap<>(expected), found);
      assertEquals("second\n", kifs.read("processes/200/comm"));
      assertEquals(7, Files.getAttribute(kifs.path("processes/100"), "unix:uid"));
      assertEquals(8, Files.getAttribute(kifs.path("processes/100"), "unix:gid"));
      String ids = Run.bash("cd $1 && echo [0-9]*", kifs.path("processes")).out();
      assertEquals("100 200\n", ids);
      assertEquals(
          "100 101\n", Run.bash("cd $1 && echo [0-9]*", kifs.path("processes/100/threads")).out());

      assertTrue(kifs.read("README").contains("ATTRIBUTES"));
      assertTrue(kifs.read("schema/kifs.h").contains("struct kifs_process"));
      assertTrue(kifs.read("schema/records.json").startsWith("{"));
      assertTrue(kifs.read("schema/metrics").startsWith("name\tunit\t"));

      BulkReader all = bulk(kifs, "bulk");
      assertEquals(4, all.snapshot().get(SnapshotRecord.SOURCE));
      assertEquals(2, all.snapshot().get(SnapshotRecord.PROCESSORS));
      assertEquals(2, all.count(ProcessRecord.TYPE));
      assertEquals(3, all.count(ThreadRecord.TYPE));
      assertEquals(2, all.count(CommandRecord.TYPE));
      TreeSet<Long> pids = new TreeSet<>();
      bulk(kifs, "bulk?uid=9")
          .forEach(ProcessRecord.TYPE, process -> pids.add(process.get(ProcessRecord.PID)));
      assertEquals(List.of(200L), List.copyOf(pids));
    }
  }

  /**
   * The script's clock begins with the daemon, before the mount is there. A busy machine may need
   * longer to mount and to begin to wait than the script takes to its first event. Then the test
   * plays the script again with a later first event. All waiters use one mount, because each script
   * takes seconds.
   */
  @Test
  @Timeout(300)
  void wakesWaitersForTheEventsOfTheScript() throws Exception {
    int firstS = 4;
    while (!wakesWaiters(firstS)) {
      firstS *= 2;
      assertTrue(firstS <= 32, "the waiters don't begin to wait within half a minute");
    }
  }

  /** Returns false if the first event was over before all waiters waited. */
  private boolean wakesWaiters(int firstS) throws Exception {
    try (MountedKifs kifs = mountScript(withEvents(firstS))) {
      CompletableFuture<Run.Result> rss = cat(kifs.path("processes/100/notify/rss/above/50M"));
      CompletableFuture<Run.Result> exit = cat(kifs.path("processes/200/notify/exit/occurs/any"));
      CompletableFuture<Run.Result> never = cat(kifs.path("processes/100/notify/exit/occurs/any"));
      if (!allWaitBefore(firstS, kifs)) {
        return false;
      }
      Map<String, String> crossed = event(rss);
      assertEquals("processes/100", crossed.get("entity"));
      assertEquals("104857600", crossed.get("value"));
      assertEquals("52428800", crossed.get("threshold"));
      assertEquals("first", crossed.get("comm"));
      assertEquals("104857600\n", kifs.read("processes/100/rss"));

      Map<String, String> exited = event(exit);
      assertEquals("200", exited.get("pid"));
      assertEquals("second", exited.get("comm"));
      assertEquals(String.valueOf(3 << 8), exited.get("status"));
      assertTrue(Files.notExists(kifs.path("processes/200")), "a process that has exited");
      Duration apart = Duration.between(time(crossed), time(exited));
      assertTrue(
          !apart.isNegative() && apart.toSeconds() < APART_S + 1, () -> crossed + " and " + exited);

      assertTrue(!never.isDone(), "an event that didn't happen");
      // FUSE closes the files of the other waiters after their cat has ended.
      kifs.awaitWaiters(1);
      assertEquals(0, kifs.unmount().ok().status());
      Run.Result woken = never.get(30, TimeUnit.SECONDS);
      assertEquals(1, woken.status(), woken::toString);
      assertEquals("", woken.out());
    }
    return true;
  }

  /** Waits until three files wait; false: that time of the script has come before. */
  private static boolean allWaitBefore(int scriptS, MountedKifs kifs) {
    Await.until(() -> kifs.read("about"), () -> kifs.waiters() == 3 || isOver(scriptS, kifs));
    return !isOver(scriptS, kifs);
  }

  private static boolean isOver(int scriptS, MountedKifs kifs) {
    // The script boots its host an hour before it begins.
    double uptimeS = Double.parseDouble(kifs.read("system/uptime"));
    return uptimeS >= 3600 + scriptS;
  }

  private static CompletableFuture<Run.Result> cat(Path file) {
    return CompletableFuture.supplyAsync(
        () -> Run.of("cat", file.toString()).result(), SimulatedMountIT::start);
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }

  private static Map<String, String> event(CompletableFuture<Run.Result> reading) throws Exception {
    Run.Result result = reading.get(60, TimeUnit.SECONDS).silent();
    assertEquals(1, result.lines().size(), result::toString);
    return EventLine.parse(result.lines().get(0));
  }

  private static Instant time(Map<String, String> event) {
    return Instant.parse(event.get("time"));
  }

  @Test
  void theDemo() throws Exception {
    try (MountedKifs kifs = mount(Project.DEMO)) {
      assertEquals("demo", kifs.about("host"));
      assertEquals("shop\n", kifs.read("processes/500/comm"));
      assertEquals("billing\n", kifs.read("processes/500/threads/504/comm"));
      BulkReader all = bulk(kifs, "bulk");
      assertEquals(4, all.snapshot().get(SnapshotRecord.SOURCE));
      assertTrue(
          all.count(ProcessRecord.TYPE) >= 26, "processes: " + all.count(ProcessRecord.TYPE));
    }
  }
}
