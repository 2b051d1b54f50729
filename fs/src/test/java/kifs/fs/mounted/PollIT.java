package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import kifs.testing.EventLine;
import kifs.testing.Program;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients wait by poll(2), select(2) and epoll, and by reads of a file that follows. */
@Timeout(90)
class PollIT {
  @Mounted("poll")
  private static MountedKifs kifs;

  /** Each case is a function of poll.py, which has the assertions. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "poll_tells_of_an_event",
        "epoll_level_triggered",
        "epoll_edge_triggered",
        "epoll_oneshot",
        "select_and_asyncio",
        "read_without_an_event_is_eagain",
        "poll_with_no_time_at_all",
        "the_end_of_the_process_hangs_up",
        "exit_then_the_end",
        "whole_lines_only",
        "an_unread_state_is_replaced",
        "a_buffer_smaller_than_a_line",
        "a_dup_shares_the_event",
        "a_forked_child_shares_the_event",
        "two_opens_are_two_waiters",
        "poll_on_a_plain_file",
        "nonblocking_follow",
        "close_while_another_thread_polls"
      })
  void works(String function) {
    Run.Result result =
        Run.pythonFile("poll.py", function, kifs.path(), Programs.get("hog")).silent();
    assertEquals("ok\n", result.out());
  }

  /** A client in poll doesn't occupy a thread of the daemon. */
  @Test
  void fourThousandPollersOnAsManyNames(TestReporter reporter) {
    try (Program pollers = Program.start(Run.pythonFile("pollers.py", kifs.path(), 4000))) {
      int before = kifs.threads();
      pollers.send("open");
      assertEquals("opened", pollers.line());
      assertEquals(4000, kifs.waiters());
      assertEquals("4000", kifs.about("conditions"));
      int during = kifs.threads();
      reporter.publishEntry("threads of the daemon", before + ", with 4000 pollers " + during);
      assertTrue(during < before + 4, before + " -> " + during);
      pollers.send("fire");
      String line = pollers.line();
      reporter.publishEntry("4000 pollers", line);
      assertTrue(line.startsWith("4000 events"), line);
    }
  }

  /**
   * Events arrive both while the shell is busy and while it waits. The shell reads each of them
   * once.
   */
  @Test
  void aShellFollows() {
    try (Program hog = Program.hog()) {
      Program shell =
          Program.start(
              Run.bash(
                  "while read -r event; do echo \"$event\"; done < $1",
                  kifs.path("processes/" + hog.pid() + "/notify/fds/changes/any,follow")));
      kifs.awaitWaiters(1);
      for (int i = 1; i <= 10; i++) {
        hog.command("fds " + (10 + i));
        if (i % 3 == 0) {
          // So two events may arrive before the shell reads again.
          continue;
        }
        EventLine.parse(shell.line());
      }
      hog.command("fds 100");
      int last = 0;
      Map<String, String> event = Map.of();
      while (!"100".equals(event.get("value"))) {
        event = EventLine.parse(shell.line());
        int seq = Integer.parseInt(event.get("seq"));
        assertTrue(last == 0 || seq == last + 1, "after " + last + ": " + event);
        last = seq;
      }
      hog.kill();
      assertNull(shell.line());
      assertEquals(0, shell.await());
    }
  }

  @Test
  void theClientThatWaitsForMany() {
    try (Program one = Program.hog();
        Program other = Program.hog()) {
      String fds = "processes/%d/notify/fds/above/50";
      Program wait =
          Program.start(
              Run.of(
                  "python3",
                  Project.CLIENTS.resolve("wait.py").toString(),
                  kifs.path(String.format(fds, one.pid())).toString(),
                  kifs.path(String.format(fds, other.pid())).toString()));
      kifs.awaitWaiters(2);
      other.command("fds 60");
      assertTrue(wait.line().contains("pid=" + other.pid() + " "));
      one.command("fds 60");
      assertTrue(wait.line().contains("pid=" + one.pid() + " "));
      one.kill();
      assertTrue(wait.line().endsWith(": gone"));
      other.kill();
      assertTrue(wait.line().endsWith(": gone"));
      assertNull(wait.line());
      assertEquals(0, wait.await());
    }
  }
}
