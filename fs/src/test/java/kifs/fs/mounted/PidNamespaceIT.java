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

/** A daemon in an inner pid namespace shows what the /proc of that namespace shows. */
@Timeout(120)
class PidNamespaceIT {
  /** The number of checks: seven figures of three processes, and six single ones. */
  private static final String ALL = "27 same\n";

  @TempDir Path mountpoint;
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"bpf", "procfs"})
  void theTreeEqualsProcOfTheNamespace(String source) {
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
