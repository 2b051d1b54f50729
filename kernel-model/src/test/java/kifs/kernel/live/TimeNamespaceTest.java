package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Set;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.KernelSource;
import kifs.testing.Bulks;
import kifs.testing.Run;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * In a time namespace whose boot was long before the host's, all times are those of the namespace:
 * the clock, the starts and the times at which threads last ran. Needs root.
 */
class TimeNamespaceTest {
  private static final long OFFSET_S = 100_000_000;
  private static final long NS_PER_S = 1_000_000_000L;

  /** More than a JVM takes to start and to load the programs. */
  private static final long MAX_AGE_S = 600;

  @ParameterizedTest
  @EnumSource
  void allTimesAreThoseOfTheNamespace(AnySource which) {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String out =
        Run.of(
                "unshare",
                "--time",
                "--boottime",
                Long.toString(OFFSET_S),
                "--monotonic",
                Long.toString(OFFSET_S / 2),
                "--fork",
                java,
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                TimeNamespaceTest.class.getName(),
                which.name())
            .ok()
            .out();
    String[] ages = out.strip().split(" ");
    assertEquals(5, ages.length, out);
    assertTrue(Long.parseLong(ages[0]) > OFFSET_S, "the clock: " + out);
    for (int i = 1; i < ages.length; i++) {
      long age = Long.parseLong(ages[i]);
      assertTrue(age >= -1 && age < MAX_AGE_S, out);
    }
  }

  /**
   * Prints the time by the source's clock, and how long ago by that clock this process started
   * (PROCESS, LIMITS), its main thread started, and that thread ran; seconds.
   *
   * @param arguments the name of the source
   */
  public static void main(String[] arguments) throws Exception {
    int pid = (int) ProcessHandle.current().pid();
    Query query =
        Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, LimitsRecord.TYPE)
            .withPids(Set.of(pid))
            .withDetail(Detail.FULL);
    try (KernelSource source = AnySource.valueOf(arguments[0]).open();
        Bulk bulk = Bulks.collect(source, query)) {
      long now = source.clock().boottimeNs();
      Record thread = Bulks.threads(bulk).get(pid);
      Record limits = Bulks.records(bulk, LimitsRecord.TYPE).get(0);
      long[] times = {
        0,
        Bulks.processes(bulk).get(pid).get(ProcessRecord.START),
        limits.get(LimitsRecord.START),
        thread.get(ThreadRecord.START),
        thread.get(ThreadRecord.LAST_RAN)
      };
      StringBuilder out = new StringBuilder();
      for (long time : times) {
        out.append((now - time) / NS_PER_S).append(' ');
      }
      System.out.println(out);
    }
  }
}
