package kifs.fs.mounted;

import static kifs.fs.mounted.MountedKifs.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import kifs.testing.Await;
import kifs.testing.EventLine;
import kifs.testing.HostKernel;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** cat waits for each metric, and a program (hog.c) uses resources on command. */
@Timeout(90)
class NotifyIT {
  @TempDir static Path directory;

  @Mounted("notify")
  private static MountedKifs kifs;

  /**
   * Starts cat on a threshold, and returns when cat waits in its open. If the condition compares
   * later values with the first one, the first sample has been taken.
   */
  private static Program cat(String name) {
    int before = kifs.waiters();
    Program cat = Program.start(Run.of("cat", kifs.path(name).toString()));
    Await.until(() -> kifs.read("about"), () -> kifs.waiters() == before + 1);
    if (name.matches(".*/(rises|falls|changes)/.*")) {
      // A sample may have been in progress when cat came. The next one is its first.
      int samplesBefore = kifs.samples();
      Await.until(() -> kifs.read("about"), () -> kifs.samples() >= samplesBefore + 2);
    }
    return cat;
  }

  private static void assertEventOf(Program hog, String metric, Map<String, String> event) {
    assertEquals(Long.toString(hog.pid()), event.get("pid"), event::toString);
    assertEquals("kifs-hog", event.get("comm"), event::toString);
    assertEquals(metric, event.get("metric"), event::toString);
    assertEquals("0", event.get("uid"), event::toString);
    assertEquals("0", event.get("lost"), event::toString);
  }

  private static String of(Program hog) {
    return "processes/" + hog.pid() + "/notify/";
  }

  @Test
  void fdsOfOneProcess() {
    try (Program hog = Program.hog().command("fds 10")) {
      Program cat = cat(of(hog) + "fds/above/20");
      hog.command("fds 25");
      Map<String, String> event = event(cat);
      assertEventOf(hog, "fds", event);
      assertEquals("25", event.get("value"));
      assertEquals("20", event.get("threshold"));
      assertEquals("processes/" + hog.pid(), event.get("entity"));
      // The threshold is exceeded at the open, so every open gets an event at once.
      assertEventOf(hog, "fds", kifs.eventNow(of(hog) + "fds/above/20"));
      assertEventOf(hog, "fds", kifs.eventNow(of(hog) + "fds/above/24"));
      assertEventOf(hog, "fds", kifs.eventNow(of(hog) + "fds/below/26"));
    }
  }

  @Test
  void aboveIsMoreThanAndBelowIsLessThan() {
    try (Program hog = Program.hog().command("fds 10")) {
      Program above = cat(of(hog) + "fds/above/10");
      Program below = cat(of(hog) + "fds/below/10");
      Program change = cat(of(hog) + "fds/changes/5");
      hog.command("fds 11");
      assertEquals("11", event(above).get("value"));
      hog.command("fds 9");
      assertEquals("9", event(below).get("value"));
      assertTrue(change.process().isAlive());
      hog.command("fds 16");
      assertEquals("16", event(change).get("value"));
    }
  }

  @Test
  void fdsOfEachProcessByPercentage() {
    try (Program hog = Program.hog()) {
      long limit = Long.parseLong(kifs.read("processes/" + hog.pid() + "/fds.limit").strip());
      Program cat = cat("processes/each/notify/fds/above/90%");
      hog.command("fds " + (limit * 95 / 100));
      Map<String, String> event = event(cat);
      assertEventOf(hog, "fds", event);
      assertEquals("%", event.get("unit"));
    }
  }

  @Test
  void rss() {
    try (Program hog = Program.hog()) {
      Program cat = cat(of(hog) + "rss/above/50M");
      hog.command("rss " + (60 << 20));
      Map<String, String> event = event(cat);
      assertEventOf(hog, "rss", event);
      long value = Long.parseLong(event.get("value"));
      assertTrue(value > 50 << 20 && value < 80 << 20, event::toString);
      assertEquals("bytes", event.get("unit"));
      Program falls = cat(of(hog) + "rss/falls/30M");
      hog.command("rss 0");
      assertEventOf(hog, "rss", event(falls));
    }
  }

  @Test
  void threadsSingleEachAndSum() {
    try (Program hog = Program.hog()) {
      long all = Long.parseLong(kifs.read("processes/sum/threads").strip());
      Program single = cat(of(hog) + "threads/above/100");
      // No other process has so many threads, and their number on the host doesn't grow that much
      // in a moment.
      Program each = cat("processes/each/notify/threads/above/2500");
      Program sum = cat("processes/sum/notify/threads/above/" + (all + 2000));
      hog.command("threads 3000");
      assertEventOf(hog, "threads", event(single));
      assertEventOf(hog, "threads", event(each));
      Map<String, String> event = event(sum);
      assertEquals("processes/sum", event.get("entity"));
      assertEquals("0", event.get("pid"));
      assertTrue(Long.parseLong(event.get("value")) > all + 2000);
    }
  }

  @Test
  void cpuOfAProcessAndOfItsThread() {
    try (Program hog = Program.hog()) {
      Program process = cat(of(hog) + "cpu/above/20,over=500ms");
      Program thread =
          cat(
              "processes/"
                  + hog.pid()
                  + "/threads/"
                  + hog.pid()
                  + "/notify/cpu/above/20,over=500ms");
      Program each = cat("processes/" + hog.pid() + "/threads/each/notify/cpu/above/20,over=500ms");
      hog.command("cpu on");
      assertEventOf(hog, "cpu", event(process));
      Map<String, String> event = event(thread);
      assertEquals(Long.toString(hog.pid()), event.get("tid"));
      assertEquals("processes/" + hog.pid() + "/threads/" + hog.pid(), event.get("entity"));
      assertEventOf(hog, "cpu", event(each));
      Program calm = cat(of(hog) + "cpu/below/1,over=500ms");
      hog.command("cpu off");
      assertEventOf(hog, "cpu", event(calm));
    }
  }

  @Test
  void cpuOfEachProcessForAWhile() {
    try (Program hog = Program.hog().command("cpu on")) {
      Map<String, String> event =
          EventLine.parse(firstOfEach(hog, "cpu/above/10,over=300ms,for=600ms"));
      assertEquals("cpu", event.get("metric"));
      double held = Double.parseDouble(event.get("held").replace("s", ""));
      assertTrue(held >= 0.6, event::toString);
    }
  }

  /**
   * Waits for any process, and returns the first event of this one. Other processes may have events
   * too.
   */
  private static String firstOfEach(Program hog, String threshold) {
    return Run.bash(
            "grep -m 1 \" pid=$2 \" < \"$1/processes/each/notify/$3,follow\"",
            kifs.path(),
            hog.pid(),
            threshold)
        .silent()
        .out()
        .strip();
  }

  /** A pass omits a process that hasn't changed for a while. Its next change must be reported. */
  @Test
  void anIdleProcessIsReportedWhenItChanges() {
    try (Program hog = Program.hog().command("fds 10")) {
      Program cpu = followEach(hog, "cpu/above/20,over=500ms");
      Program fds = followEach(hog, "fds/changes/20");
      Program share = followEach(hog, "fds/above/" + 100 * 30.0 / fdLimit(hog) + "%");
      for (int round = 0; round < 2; round++) {
        int samplesBefore = kifs.samples();
        Await.until(() -> kifs.read("about"), () -> kifs.samples() >= samplesBefore + 25);
        hog.command("cpu on");
        assertEventOf(hog, "cpu", EventLine.parse(cpu.line()));
        hog.command("cpu off");
        hog.command("fds 40");
        assertEquals("40", EventLine.parse(fds.line()).get("value"));
        assertEventOf(hog, "fds", EventLine.parse(share.line()));
        hog.command("fds 10");
        assertEquals("10", EventLine.parse(fds.line()).get("value"));
      }
    }
  }

  private static double fdLimit(Program hog) {
    return Double.parseDouble(kifs.read("processes/" + hog.pid() + "/fds.limit"));
  }

  /** Follows the events of all processes, and prints those of this one. */
  private static Program followEach(Program hog, String threshold) {
    int before = kifs.waiters();
    Program reader =
        Program.start(
            Run.bash(
                "grep --line-buffered \" pid=$2 \" < \"$1/processes/each/notify/$3,follow\"",
                kifs.path(),
                hog.pid(),
                threshold));
    Await.until(() -> kifs.read("about"), () -> kifs.waiters() == before + 1);
    return reader;
  }

  @Test
  void exitOfOneProcess() {
    try (Program hog = Program.hog()) {
      Program cat = cat(of(hog) + "exit/occurs/any");
      hog.command("exit 3");
      Map<String, String> event = event(cat);
      assertEventOf(hog, "exit", event);
      // Java reaps its children at once. Since Linux 6.15 the pidfd still has the status then.
      if (HostKernel.isAtLeast(6, 15) || event.containsKey("status")) {
        assertEquals("768", event.get("status"), "the status is that of waitpid(2)");
      }
    }
  }

  @Test
  void exitOfAnyProcess() {
    try (Program hog = Program.hog()) {
      Program reader =
          Program.start(
              Run.bash(
                  "grep --line-buffered -m 1 \" pid=$2 \" <"
                      + " \"$1/processes/each/notify/exit/occurs/any,follow\"",
                  kifs.path(),
                  hog.pid()));
      kifs.awaitWaiters(1);
      hog.command("exit 0");
      Map<String, String> event = event(reader);
      assertEquals("exit", event.get("metric"), event::toString);
      assertEquals("processes/" + hog.pid(), event.get("entity"), event::toString);
    }
  }

  /**
   * If the kernel pushes exits, those of processes that live shorter than one sampling interval are
   * reported too.
   */
  @Test
  void exitsOfShortLivedProcessesWithNoneLost(TestReporter reporter) {
    String out = Run.pythonFile("short_lived.py", kifs.path(), 300).silent().out();
    reporter.publishEntry("short-lived processes", out);
    assertTrue(out.startsWith("300 of 300"), out);
  }

  /** A client that waits for something else gets an error when the process ends. */
  @Test
  void theEndOfTheProcess() {
    try (Program hog = Program.hog()) {
      Program cat = cat(of(hog) + "rss/above/1T");
      Program follow = cat(of(hog) + "fds/above/1M,follow");
      hog.kill();
      assertEquals(1, cat.await());
      // A file that follows just ends.
      assertNull(follow.line());
      assertEquals(0, follow.await());
    }
  }

  @Test
  void blocked() {
    try (Program mutex =
        Program.start(
            Run.of(Programs.get("mutex-wait").toString(), directory.resolve("lock").toString()))) {
      // WHAT WAITER-TID OWNER-TID OBJECT
      String[] words = mutex.line().split(" ");
      assertEquals("mutex", words[0]);
      String thread = "processes/" + mutex.pid() + "/threads/" + words[1];
      Map<String, String> event = kifs.eventNow(thread + "/notify/blocked/above/500ms");
      assertEquals("blocked", event.get("metric"));
      assertEquals(Long.toString(mutex.pid()), event.get("pid"));
      assertEquals(words[1], event.get("tid"));
      assertTrue(Double.parseDouble(event.get("value")) >= 0.5, event::toString);
      assertEquals("mutex", event.get("kind"));
      assertEquals("0x" + Long.toHexString(Long.parseLong(words[3])), event.get("object"));
      assertEquals(mutex.pid() + "/" + words[2], event.get("owner"));
      assertEquals("mutex\n", kifs.read(thread + "/wait"));
      assertEquals(words[2] + "\n", kifs.read(thread + "/wait.owner"));
      assertEquals(
          "0x" + Long.toHexString(Long.parseLong(words[3])) + "\n", kifs.read(thread + "/wait.on"));
      Map<String, String> any =
          kifs.eventNow("processes/" + mutex.pid() + "/notify/blocked/above/500ms");
      assertEquals(Long.toString(mutex.pid()), any.get("pid"));
      mutex.kill();
    }
  }

  @Test
  void shellThatWaitsForItsChildIsNotBlocked() {
    try (Program shell = Program.start(Run.bash("sleep 60; true"))) {
      String of = of(shell);
      Map<String, String> event = kifs.eventNow(of + "waiting.child/above/300ms");
      assertEquals("child", event.get("kind"), event::toString);
      assertTrue(event.containsKey("owner"), event::toString);
      // No lock is waited for, so the value is 0.
      assertEquals("0", kifs.eventNow(of + "blocked/below/300ms").get("value"));
    }
  }

  /** The JVM's first thread waits all its life for the one that runs main. */
  @Test
  void daemonIsNotAmongEach() {
    try (Program mine = Program.hog().command("lock on")) {
      Map<String, String> own =
          kifs.eventNow("processes/" + kifs.pid() + "/notify/uptime/above/1ms");
      assertEquals("kifs", own.get("comm"));
      Program each = kifs.cat("processes/each/notify/blocked/above/300ms,follow");
      Map<String, String> event = EventLine.parse(each.line());
      while (!event.get("pid").equals(Long.toString(mine.pid()))) {
        assertNotEquals(Long.toString(kifs.pid()), event.get("pid"), event::toString);
        event = EventLine.parse(each.line());
      }
      each.kill();
      Program large = kifs.cat("processes/each/notify/rss/above/1K,follow");
      int samples = kifs.samples();
      Await.until("two samples", () -> kifs.samples() >= samples + 2);
      large.kill();
      for (String line = large.line(); line != null; line = large.line()) {
        assertNotEquals(Long.toString(kifs.pid()), EventLine.parse(line).get("pid"), line);
      }
    }
  }

  @Test
  void theHost() {
    assertEquals(
        "memory.available",
        kifs.eventNow("system/notify/memory.available/below/1000T").get("metric"));
    assertEquals(
        "memory.available",
        kifs.eventNow("system/notify/memory.available/above/0.001%").get("metric"));
    assertEquals("load", kifs.eventNow("system/notify/load/below/1000000").get("metric"));
    Map<String, String> processes = kifs.eventNow("system/notify/processes/above/1");
    assertEquals("system", processes.get("entity"));
    assertEquals("processes", processes.get("metric"));
    assertEquals("cpu", kifs.eventNow("system/notify/cpu/below/1000000,over=200ms").get("metric"));
    long now = Long.parseLong(kifs.read("system/processes").strip());
    Program cat = cat("system/notify/processes/above/" + (now + 150));
    try (Program load = Program.load(200, 1, 5)) {
      assertEquals("processes", event(cat).get("metric"));
      assertTrue(load.process().isAlive());
    }
  }

  @Test
  void aClientWithATimeout() {
    Run.Result result =
        Run.of("timeout", "1", "cat", kifs.path("system/notify/load/above/1000000").toString())
            .result();
    assertEquals(124, result.status());
    assertEquals("", result.out() + result.err());
  }

  @Test
  void onceForEachExcursion() {
    try (Program hog = Program.hog()) {
      Program follow = cat(of(hog) + "fds/above/50,clear=20,follow");
      hog.command("fds 60");
      assertEquals("60", EventLine.parse(follow.line()).get("value"));
      // The value is above the one that ends the excursion, so this is the same excursion.
      hog.command("fds 30");
      awaitSamples();
      hog.command("fds 70");
      awaitSamples();
      hog.command("fds 10");
      awaitSamples();
      hog.command("fds 80");
      Map<String, String> second = EventLine.parse(follow.line());
      assertEquals("80", second.get("value"), second::toString);
      assertEquals("2", second.get("seq"));
      follow.kill();
    }
  }

  /** Waits until the notifier has taken at least two more samples. */
  private static void awaitSamples() {
    long before = Long.parseLong(kifs.about("samples"));
    Await.until("samples", () -> Long.parseLong(kifs.about("samples")) >= before + 3);
  }

  @Test
  void risesWaitsForTheNextExcursion() {
    try (Program hog = Program.hog().command("fds 60")) {
      Program cat = cat(of(hog) + "fds/rises/50");
      awaitSamples();
      assertTrue(cat.process().isAlive());
      hog.command("fds 10");
      awaitSamples();
      hog.command("fds 61");
      assertEquals("61", event(cat).get("value"));
    }
  }

  @Test
  void nothingIsSampledWithoutWaitersAndHistory(@TempDir Path idle) {
    try (MountedKifs quiet = MountedKifs.at(idle, "notify-idle", "--history=off")) {
      // A turn may still be in progress, that of the rehearsed wait.
      Await.until(
          "samples end",
          () -> {
            String before = quiet.about("samples");
            Run.of("sleep", "0.5").ok();
            return before.equals(quiet.about("samples"));
          });
      String before = quiet.about("samples");
      String switches =
          "grep -h voluntary $(dirname $(grep -lx kifs-notifier /proc/$1/task/*/comm))/status";
      String slept = Run.bash(switches, quiet.pid()).out();
      Run.of("sleep", "1").ok();
      assertEquals(before, quiet.about("samples"));
      assertEquals("0", quiet.about("conditions"));
      assertEquals(slept, Run.bash(switches, quiet.pid()).out(), "the notifier sleeps");
    }
  }
}
