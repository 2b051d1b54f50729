package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import kifs.testing.Programs;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A daemon in a pid namespace below the first shows what the /proc of that namespace shows. */
@Timeout(120)
class PidNamespaceIT {
  /** Three processes by seven figures, and six things that are checked once. */
  private static final String ALL = "27 same\n";

  @TempDir Path mountpoint;
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"bpf", "procfs"})
  void asItsOwnProc(String source) {
    String outsider = Long.toString(ProcessHandle.current().pid());
    Run.Result result =
        Run.of(
                "unshare",
                "--pid",
                "--fork",
                "--mount-proc",
                "python3",
                Project.ROOT.resolve("fs/src/test/python/namespace.py").toString(),
                Project.MOUNT.toString(),
                mountpoint.toString(),
                source,
                directory.resolve("log").toString(),
                Programs.get("locks").toString(),
                directory.toString(),
                outsider)
            .silent();
    assertEquals(ALL, result.out());
  }
}
