package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native memory of the daemon reaches a plateau under mixed clients. The heap, which depends on
 * the host's processes, has its own bound, and mapped files and BPF maps don't grow.
 */
@Timeout(240)
class MemoryIT {
  /** malloc's free memory and that of native threads. Before it had a bound, this was 54 MB. */
  private static final double MAX_ARENAS_MB = 40;

  private static final double MAX_GROWTH_MB = 12;

  @TempDir Path mountpoint;

  @Test
  void mixedClientsTakeABoundedAmountOfMemory() {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "memory")) {
      String program = Project.ROOT.resolve("benchmarks/mixed.py").toString();
      String out =
          Run.of("python3", program, "-m", "1", "-s", "10", kifs.path().toString()).silent().out();
      List<Map<String, Double>> lines = out.lines().map(MemoryIT::values).toList();
      Map<String, Double> last = lines.get(lines.size() - 1);
      Map<String, Double> halfway = lines.get(lines.size() / 2);
      assertTrue(last.get("arenas") <= MAX_ARENAS_MB, out);
      assertTrue(grown(last) - grown(halfway) <= MAX_GROWTH_MB, out);
    }
  }

  private static double grown(Map<String, Double> line) {
    return line.get("arenas") + line.get("code") + line.get("other");
  }

  private static Map<String, Double> values(String line) {
    return Stream.of(line.split(" "))
        .map(word -> word.split("=", 2))
        .collect(Collectors.toMap(word -> word[0], word -> Double.parseDouble(word[1])));
  }
}
