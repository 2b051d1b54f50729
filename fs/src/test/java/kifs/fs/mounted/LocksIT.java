package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real threads and processes wait for each other, and ordinary programs read their waits. */
@Timeout(90)
class LocksIT {
  @TempDir static Path directory;

  @Mounted("locks")
  private static MountedKifs kifs;

  /** A running locks.c, with the thread ids of its participants. */
  private record Locks(Program process, List<String[]> ids) {
    String pid(int participant) {
      return ids.get(participant)[1];
    }

    String tid(int participant) {
      return ids.get(participant)[2];
    }
  }

  private static Locks start(String type, String... participants) {
    List<Object> arguments = new ArrayList<>(List.of(type, directory));
    arguments.addAll(List.of(participants));
    Program process = Program.run("locks", arguments.toArray());
    return new Locks(process, process.lines().stream().map(line -> line.split(" ")).toList());
  }

  /** The lines of a table about one process. */
  private static List<String[]> rows(String name, String pid, int column) {
    return kifs.read(name)
        .lines()
        .map(line -> line.split(" +"))
        .filter(words -> words.length > column && words[column].equals(pid))
        .toList();
  }

  private static Set<String> members(Locks program, String part) {
    Set<String> tids = new TreeSet<>();
    rows("locks/deadlocks", program.pid(0), 2).stream()
        .filter(words -> words[1].equals(part))
        .forEach(words -> tids.add(words[3]));
    return tids;
  }

  @Test
  void aDeadlockIsShownThreadByThread() {
    Locks program = start("normal", "T a | b", "T b | a", "T | s s a");
    Set<String> ring = Set.of(program.tid(1), program.tid(2));
    Await.until(
        () -> kifs.read("locks/deadlocks"),
        () ->
            members(program, "member").equals(ring)
                && members(program, "behind").equals(Set.of(program.tid(0), program.tid(3))));
    String[] first =
        rows("locks/deadlocks", program.pid(0), 2).stream()
            .filter(words -> words[3].equals(program.tid(1)))
            .findFirst()
            .orElseThrow();
    assertEquals("locks", first[4]);
    assertTrue(first[5].startsWith("0x") && first[6].startsWith("0x"), String.join(" ", first));
    assertEquals("mutex", first[7]);
    assertTrue(first[8].startsWith("/dev/zero"), "in shared memory: " + first[8]);
    assertEquals(program.pid(2) + "/" + program.tid(2), first[9]);
    String thread = "processes/" + program.pid(1) + "/threads/" + program.tid(1) + "/";
    assertEquals("mutex\n", kifs.read(thread + "wait"));
    assertEquals(program.tid(2) + "\n", kifs.read(thread + "wait.owner"));
    assertEquals(first[6] + "\n", kifs.read(thread + "wait.on"));
    String svg = Run.bash("dot -Tsvg \"$1\"", kifs.path("locks/graph.dot")).silent().out();
    assertTrue(svg.contains("deadlock " + first[0]), svg);
    program.process().kill();
    assertEquals(List.of(), rows("locks/deadlocks", program.pid(0), 2));
  }

  @Test
  void oneMutexAtTwoAddressesIsOneObject() {
    Locks program = start("normal-shared", "P a | z", "P | s a", "P | s a");
    Await.until(
        () -> kifs.read("locks/waits"),
        () ->
            rows("locks/waits", program.pid(2), 0).size() == 1
                && rows("locks/waits", program.pid(3), 0).size() == 1);
    String[] waiter = rows("locks/waits", program.pid(2), 0).get(0);
    assertEquals(program.pid(1) + "/" + program.tid(1), waiter[5]);
    assertEquals("-", waiter[8]);
    assertEquals(List.of(), rows("locks/deadlocks", program.pid(2), 2));
  }

  @Test
  void catWaitsForADeadlock() {
    Program cat = kifs.cat("locks/notify/deadlock/occurs/any");
    Locks program = start("robust", "T a | b", "T b | a");
    String event = cat.line();
    assertEquals(0, cat.await());
    assertTrue(event.contains(" entity=locks pid=" + program.pid(1) + " "), event);
    assertTrue(event.contains(" comm=locks metric=deadlock predicate=occurs "), event);
    String number = event.replaceAll(".* value=(\\d+) .*", "$1");
    assertEquals(number, rows("locks/deadlocks", program.pid(1), 2).get(0)[0]);
  }

  @Test
  void waitsAreReadOnlyForAReader() {
    String before = kifs.about("snapshots");
    long samples = Long.parseLong(kifs.about("samples"));
    Run.of("ls", "-lR", kifs.path("locks").toString()).silent();
    assertEquals(before, kifs.about("snapshots"));
    assertEquals(samples, Long.parseLong(kifs.about("samples")));
  }
}
