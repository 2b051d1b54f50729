package kifs.fs.mounted;

import static kifs.fs.mounted.MountedKifs.event;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kifs.testing.Await;
import kifs.testing.EventLine;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Metrics that NotifyIT doesn't cover, on this kernel: counted ones and pushed ones. */
@Timeout(120)
class MetricsIT {
  private static final String OOM =
      """
      set -e
      group=$(mktemp -d /sys/fs/cgroup/memory/kifs-test.XXXXXX 2>/dev/null) ||
        group=$(mktemp -d /sys/fs/cgroup/kifs-test.XXXXXX)
      trap 'rmdir "$group"' EXIT
      if [[ -e $group/memory.limit_in_bytes ]]; then
        echo 20M > "$group/memory.limit_in_bytes"
      else
        echo 20M > "$group/memory.max"
        echo 0 > "$group/memory.swap.max" || true
      fi
      bash -c 'echo $BASHPID > "$1/cgroup.procs" && exec python3 -c "bytearray(200 << 20)"' \
        bash "$group" || echo killed
      """;

  @Mounted("metrics")
  private static MountedKifs kifs;

  /** Every listed metric can be waited for. */
  @Test
  void everyListedMetricCanBeOpened() {
    String script =
        """
        import os, sys
        top = sys.argv[1] + "/notify/"
        opened = 0
        for metric in sorted(os.listdir(top)):
            if metric in ("README", "errors"):
                continue
            for predicate in "above", "below", "occurs":
                # The others wait for a first look.
                if predicate in os.listdir(top + metric):
                    value = "Z" if metric == "state" else "any" if predicate == "occurs" else "1"
                    name = f"{top}{metric}/{predicate}/{value}"
                    try:
                        os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
                        opened += 1
                    except OSError as e:
                        print(name, e)
        print(opened)
        """;
    try (Program hog = Program.hog().command("threads 2")) {
      String own = "processes/" + hog.pid();
      List<String> least =
          List.of(
              "system 48",
              own + " 65",
              "processes/each 65",
              "processes/sum 38",
              own + "/threads/" + hog.pid() + " 28",
              own + "/threads/each 28",
              own + "/threads/sum 18");
      for (String each : least) {
        String[] words = each.split(" ");
        String out = Run.python(script, kifs.path(words[0])).silent().out().strip();
        assertTrue(out.matches("\\d+"), out);
        assertTrue(Integer.parseInt(out) >= Integer.parseInt(words[1]), each + ": " + out);
      }
    }
  }

  @Test
  void limitsByTheirUsage() {
    try (Program hog = Program.hog()) {
      String of = "processes/" + hog.pid() + "/notify/limits.";
      Program files = kifs.cat(of + "nofile/above/30");
      Program data = kifs.cat(of + "data/above/60M");
      hog.command("fds 40").command("rss " + (80 << 20));
      assertEquals("40", event(files).get("value"));
      Map<String, String> grown = event(data);
      assertTrue(Long.parseLong(grown.get("value")) > 60 << 20, grown::toString);
      assertEquals("kifs-hog", grown.get("comm"));
      assertEquals("%", kifs.eventNow(of + "nofile/above/0.0001%").get("unit"));
      assertEquals("bytes", kifs.eventNow(of + "as/above/1M").get("unit"));
      assertEquals("bytes", kifs.eventNow(of + "stack/above/1").get("unit"));
      assertEquals("s", kifs.eventNow(of + "cpu/below/1000h").get("unit"));
    }
  }

  @Test
  void growthOfMemory() {
    try (Program hog = Program.hog()) {
      Program grows = kifs.cat("processes/" + hog.pid() + "/notify/rss.rate/above/50M");
      Program shrinks = kifs.cat("processes/" + hog.pid() + "/notify/rss.rate/below/-50M");
      Await.until("samples", () -> Long.parseLong(kifs.about("samples")) > 15);
      hog.command("rss " + (200 << 20));
      assertEquals("bytes/s", event(grows).get("unit"));
      hog.command("rss 0");
      assertTrue(Double.parseDouble(event(shrinks).get("value")) < -(50 << 20));
    }
  }

  @Test
  void aPeakBetweenTwoSamples() {
    try (Program hog = Program.hog()) {
      Program peak = kifs.cat("processes/" + hog.pid() + "/notify/rss/above/300M");
      // Even a short peak is seen, because the kernel stores the maximum (VmHWM).
      hog.send("rss " + (400 << 20));
      hog.send("rss 0");
      Map<String, String> event = event(peak);
      assertTrue(Long.parseLong(event.get("value")) > 300L << 20, event::toString);
    }
  }

  @Test
  void aStateThatBegins() {
    try (Program hog = Program.hog()) {
      Program stopped = kifs.cat("processes/" + hog.pid() + "/notify/state/occurs/T");
      Run.of("kill", "-STOP", Long.toString(hog.pid())).ok();
      assertEquals("T", event(stopped).get("value"));
      Run.of("kill", "-CONT", Long.toString(hog.pid())).ok();
    }
  }

  @Test
  void aMutexThatIsHeldLong() {
    try (Program hog = Program.hog()) {
      Program one = kifs.cat("processes/" + hog.pid() + "/notify/blocked/above/300ms,follow");
      hog.command("lock on");
      Map<String, String> first = EventLine.parse(one.line());
      assertEquals(Long.toString(hog.pid()), first.get("pid"));
      assertTrue(!first.get("tid").equals(first.get("pid")), first::toString);
      hog.command("lock off").command("lock on");
      Map<String, String> second = EventLine.parse(one.line());
      assertEquals("2", second.get("seq"));
      assertTrue(Double.parseDouble(second.get("value")) >= 0.3, second::toString);
      one.kill();
    }
  }

  @Test
  void childrenAndForks() {
    assumeTrue(isConnected(), "no proc connector");
    try (Program shell = Program.start(Run.bash("read x; sleep 60 & read y; kill %1"))) {
      String of = "processes/" + shell.pid() + "/notify/";
      Program children = kifs.cat(of + "children/above/0");
      Program fork = kifs.cat(of + "fork/occurs/any");
      Program exec = kifs.cat("processes/each/notify/exec/occurs/any,follow");
      shell.send("");
      Map<String, String> forked = event(fork);
      assertEquals(Long.toString(shell.pid()), forked.get("pid"));
      assertEquals("1", event(children).get("value"));
      Map<String, String> run = EventLine.parse(exec.line());
      while (!run.get("pid").equals(forked.get("child"))) {
        run = EventLine.parse(exec.line());
      }
      assertEquals("sleep", run.get("comm"));
      exec.kill();
      shell.send("");
    }
  }

  private static boolean isConnected() {
    return !kifs.read("about").contains("proc connector");
  }

  /** The kernel's log names the killed process, so nothing is sampled. */
  @Test
  void aProcessThatTheOomKillerKills() {
    assumeTrue(isConnected() && Files.isReadable(Path.of("/dev/kmsg")), "no kernel log");
    assumeTrue(
        Run.bash("grep -qw memory /proc/cgroups && [[ -w /sys/fs/cgroup ]]").result().status() == 0,
        "no memory cgroups");
    long kills = Long.parseLong(kifs.read("system/oom.kills").strip());
    Program host = kifs.cat("system/notify/oom/occurs/any");
    Program each = kifs.cat("processes/each/notify/oom/occurs/any");
    Run.Result result = Run.bash(OOM).result();
    assumeTrue(result.out().contains("killed"), result::toString);
    Map<String, String> event = event(host);
    assertEquals("oom", event.get("metric"));
    assertTrue(Long.parseLong(event.get("pid")) > 0, event::toString);
    assertEquals(event.get("pid"), event(each).get("pid"));
    assertTrue(Long.parseLong(kifs.read("system/oom.kills").strip()) > kills);
  }

  @Test
  void pressureOfTheCpus() {
    assumeTrue(Files.isWritable(Path.of("/proc/pressure/cpu")), "no pressure files");
    long pushed = Long.parseLong(kifs.about("pushed"));
    Program high = kifs.cat("system/notify/pressure.cpu/above/20%,over=2s,follow");
    List<Program> spinners = new ArrayList<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 2; i++) {
      spinners.add(Program.hog().command("cpu on"));
    }
    Map<String, String> event = EventLine.parse(high.line());
    assertEquals("%", event.get("unit"));
    assertTrue(Double.parseDouble(event.get("value")) > 20, event::toString);
    // A sample of the counters may have reported first. The alarm of the kernel follows within a
    // window.
    Await.until("an alarm", () -> Long.parseLong(kifs.about("pushed")) > pushed);
    spinners.forEach(Program::kill);
    high.kill();
  }
}
