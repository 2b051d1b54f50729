package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.fs.access.AccessOptions;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedCgroup;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;

/** Rules, the dashboard and documents name only metrics that {@code metrics} has. */
class FleetNamesTest {
  /** A name after a colon is that of a recording rule. */
  private static final Pattern NAME =
      Pattern.compile("(?<![:\\w])kifs_(?:host|locks|unusual|cgroup|program|daemon)_[a-z0-9_]*");

  /** A host that has every figure. */
  private static Set<String> names() {
    try (Rig rig = new Rig(AccessOptions.DEFAULT, Rig.SECOND)) {
      for (Pressure pressure : Stream.of(SystemRecord.MEMORY_FULL, SystemRecord.IO_SOME).toList()) {
        rig.kernel.system().pressure(pressure, 1);
      }
      SimulatedProcess shop = rig.kernel.spawn(100, "shop").fds(3).io(1, 1).cgroup("/web");
      shop.limit("nofile", 10, 10).spawnThread(101, "t").blockedOn(SimulatedWait.MUTEX, 16, 100);
      SimulatedCgroup group = rig.kernel.simulatedCgroup("/web");
      for (Field field : CgroupRecord.TYPE.fields()) {
        if (!field.name().matches("id|absent|parent_id|depth|path_.*|.*avg.*")) {
          group.set(field, 1);
        }
      }
      rig.pass(3 * Rig.SECOND);
      return StrictMetrics.parse(rig.read("metrics"), false).values.keySet().stream()
          .map(series -> series.replaceFirst("\\{.*", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyMetricThatIsNamedExists() throws IOException {
    Set<String> known = names();
    Set<String> unknown = new TreeSet<>();
    int found = 0;
    try (Stream<Path> fleet = Files.list(Project.ROOT.resolve("examples/fleet"));
        Stream<Path> documents = Files.list(Project.ROOT.resolve("docs"))) {
      for (Path file : Stream.concat(fleet, documents).filter(Files::isRegularFile).toList()) {
        for (String name : NAME.matcher(read(file)).results().map(r -> r.group()).toList()) {
          found++;
          // Documents write kifs_host_… for all names that begin so.
          boolean isKnown =
              name.endsWith("_")
                  ? known.stream().anyMatch(each -> each.startsWith(name))
                  : known.contains(name);
          if (!isKnown) {
            unknown.add(file.getFileName() + ": " + name);
          }
        }
      }
    }
    assertEquals(Set.of(), unknown);
    assertTrue(found > 60, found + " names");
  }
}
