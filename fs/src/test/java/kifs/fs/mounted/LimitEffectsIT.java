package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of processes do what docs/limits.md says of each hog, and are undone as it says. */
@Timeout(120)
class LimitEffectsIT {
  @Mounted("limit-effects")
  private static MountedKifs kifs;

  @Test
  void whatDocsLimitsSays() {
    assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "affinity needs two CPUs");
    assertEquals(
        """
        nofile below what is open: ok EMFILE
        nofile closes nothing: True
        the process raises it: None
        not beyond a hard one: ValueError
        as below what is mapped: ok ENOMEM 52428800
        as taken back: allocated
        data: ok ENOMEM 2
        rss does nothing: ok allocated
        fsize: ok EFBIG grown
        nproc 0: ok EAGAIN ok forked
        nproc 0 of root: ok forked
        new threads inherit nice: ok 7
        a user lowers nice: EACCES root ok
        idle and back: ok EPERM
        affinity and back: ok ok
        oom_score_adj up and back: ok ok
        cpu below what was used: ok ended
        by: SIGXCPU
        """,
        Run.pythonFile("limit_effects.py", kifs.path()).ok().out());
  }
}
