package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines of docs/notify.md 9.8 for a shell, and the reasons of errors (9.9). */
@Timeout(90)
class ShellIT {
  private static final String WAIT = Project.ROOT.resolve("examples/kifs-wait.sh").toString();

  @Mounted("shell")
  private static MountedKifs kifs;

  @AfterEach
  void noWaiterIsLeft() {
    Program.closeAll();
    kifs.awaitWaiters(0);
  }

  private static String never() {
    return kifs.path("system/notify/load/above/1000000").toString();
  }

  private static String fds(Program hog) {
    return kifs.path("processes/" + hog.pid() + "/notify/fds/above/20").toString();
  }

  @Test
  void aTimeoutByTimeout() {
    assertEquals(124, Run.of("timeout", "0.5", "cat", never()).result().status());
  }

  @Test
  void aTimeoutByRead() {
    Run.Result result =
        Run.bash(
                "status=0; read -t 0.5 -r event < <(exec cat \"$1\") || status=$?; kill $!;"
                    + " echo $((status > 128))",
                never())
            .silent();
    assertEquals("1\n", result.out());
  }

  @Test
  void allEventsByCat() {
    try (Program hog = Program.hog();
        Program cat = kifs.startWaiter(Run.of("cat", fds(hog) + ",follow"))) {
      hog.command("fds 30");
      assertTrue(cat.line().contains(" seq=1 "));
      hog.kill();
      assertNull(cat.line());
      assertEquals(0, cat.await());
    }
  }

  @Test
  void allEventsWithATimeoutForEach() {
    String script =
        """
        exec 3< <(exec cat "$1,follow")
        read -t 0.5 -r event <&3 || echo "status $?"
        read -r
        while ! read -t 0.5 -r event <&3; do :; done
        echo "$event"
        kill $!
        """;
    try (Program hog = Program.hog();
        Program shell = kifs.startWaiter(Run.bash(script, fds(hog)))) {
      assertEquals("status 142", shell.line());
      hog.command("fds 30");
      shell.send("");
      assertTrue(shell.line().contains(" value=30 "));
    }
  }

  @Test
  void oneOfSeveral() {
    try (Program hog = Program.hog();
        Program shell =
            Program.start(
                Run.bash(
                    "cat \"$1\" & cat \"$2\" & wait -n; echo \"status $?\"; kill $(jobs -p)",
                    never(),
                    fds(hog)))) {
      kifs.awaitWaiters(2);
      hog.command("fds 30");
      assertTrue(shell.line().contains(" value=30 "));
      assertEquals("status 0", shell.line());
    }
  }

  /** Ctrl-Z and fg. A bare cat ends with EINTR. */
  @Test
  void aWaitThatIsStoppedGoesOn() {
    try (Program hog = Program.hog();
        Program cat = kifs.startWaiter(Run.of("cat", fds(hog)));
        Program wait = kifs.startWaiter(Run.of(WAIT, fds(hog)))) {
      stopAndContinue(cat.pid());
      assertEquals(1, cat.await());
      assertTrue(cat.errorOutput().contains("Interrupted system call"), cat::errorOutput);
      int inner = childOf(wait.pid());
      stopAndContinue(inner);
      Await.until("another cat waits", () -> childOf(wait.pid()) != inner);
      kifs.awaitWaiters(1);
      hog.command("fds 30");
      assertTrue(wait.line().contains(" value=30 "));
      assertEquals(0, wait.await());
    }
  }

  private static int childOf(int pid) {
    String child = Run.of("pgrep", "-P", Integer.toString(pid), "cat").result().out().strip();
    return child.isEmpty() ? 0 : Integer.parseInt(child);
  }

  private static void stopAndContinue(int pid) {
    Run.of("kill", "-STOP", Integer.toString(pid)).silent();
    Await.until(
        "it has stopped",
        () -> Run.bash("cat /proc/$1/stat", pid).result().out().matches("(?s).*\\) T .*"));
    Run.of("kill", "-CONT", Integer.toString(pid)).silent();
  }

  @Test
  void aNameThatIsRefusedHasAReason() {
    String bad = kifs.path("system/notify/memory.available/below/100MB").toString();
    Run.Result cat = Run.of("cat", bad).result();
    assertTrue(cat.err().contains("Invalid argument"), cat::toString);
    String reason = "100MB: no unit MB; K M G T are powers of 1024, % is of the limit";
    String errors = kifs.read("processes/each/notify/errors");
    assertTrue(
        errors.contains(
            " uid=0 error=EINVAL times=1 name=system/notify/memory.available/below/100MB reason="
                + reason
                + "\n"),
        errors);
    Run.Result wait = Run.of(WAIT, bad).result();
    assertEquals(1, wait.status(), wait::toString);
    assertTrue(wait.err().contains("kifs-wait: " + reason), wait::toString);
    Run.of("ls", kifs.path("processes/each/notify/rs").toString()).result();
    errors = kifs.read("system/notify/errors");
    assertTrue(errors.endsWith(" reason=no metric rs here; did you mean rss?\n"), errors);
  }

  /** Each client of the project says why, also where the line of errors has not the opened name. */
  @Test
  void eachClientSaysWhyANameIsRefused() {
    String each = kifs.path("processes/each/notify").toString();
    String kifsWait = Project.ROOT.resolve("fs/src/main/clients/wait.py").toString();
    Map<String, String> reasons =
        Map.of(
            each + "/rss/above/300M,coom=java",
            "coom=java: no option coom",
            each + "/res/above/1M",
            "no metric res here; did you mean rss?",
            each + "/rss/abov/1M",
            "no predicate abov of rss",
            kifs.path("processes/self/notify/rss/above/1MB").toString(),
            "1MB: no unit MB",
            kifs.path("processes/self/notify/rss/above/1T,uid=0").toString(),
            "the options comm",
            kifs.path("processes/4194305/notify/rss/above/1T").toString(),
            "there is no " + kifs.path("processes/4194305"));
    reasons.forEach(
        (name, reason) -> {
          for (Run client : List.of(Run.of(WAIT, name), Run.of("python3", kifsWait, name))) {
            Run.Result result = client.result();
            assertEquals(1, result.status(), result::toString);
            assertTrue(result.err().contains(": " + reason), result::toString);
          }
        });
    String query = "exec 3<>\"$1\"; echo 'stae=D' >&3; tail -n 1 \"$2\"";
    Run.Result written = Run.bash(query, kifs.path("bulk"), kifs.path("errors")).result();
    assertTrue(written.out().contains(" reason=unknown key: stae;"), written::toString);
  }

  @Test
  void isThereADeadlock(@TempDir Path directory) {
    Run any = Run.bash("(($(<\"$1\") > 0))", kifs.path("locks/deadlock.count"));
    assertEquals("", any.result().err(), "it is a number");
    Program.run("locks", "robust", directory, "T a | b", "T b | a");
    Await.until("a deadlock", () -> any.result().status() == 0);
  }

  @Test
  void badArguments() {
    assertEquals(2, Run.of(WAIT).result().status());
    assertEquals(2, Run.of(WAIT, "--bogus", never()).result().status());
    assertEquals(2, Run.of(WAIT, kifs.path("about").toString()).result().status());
  }
}
