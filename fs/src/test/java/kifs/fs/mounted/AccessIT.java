package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.testing.AccessPrograms;
import kifs.testing.Await;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No file of the tree shows a caller more than the kernel shows the same caller in the files of
 * /proc from which it is made. Members of the group of {@code --group} are the exception.
 */
@Timeout(300)
class AccessIT {
  private static final String GROUP = "54010";
  private static final String HIDDEN = "hidden-directory";

  static final List<String> CALLERS =
      List.of(
          "root",
          "root-without-ptrace",
          "owner",
          "owner-of-other-group",
          "owner-capable",
          "owner-in-pid-namespace",
          "owner-in-user-namespace",
          "other",
          "monitor",
          "ptrace",
          "ptrace-and-search");

  private static Path directory;
  private static Path secret;
  private static MountedKifs kifs;
  private static Program targets;
  private static Program hidden;
  private static Map<String, Integer> pids;

  @BeforeAll
  static void mount() throws IOException {
    directory = Files.createTempDirectory("kifs-access");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path mountpoint = Files.createDirectory(directory.resolve("kernel"));
    secret = Files.createFile(directory.resolve("secret-of-nobody-else"));
    kifs = MountedKifs.at(mountpoint, "AccessIT", "--group=" + GROUP);
    targets = AccessPrograms.targets(secret);
    pids = AccessPrograms.pids(targets);
    // A program whose path is in none of its arguments and not in its name.
    Path program = Files.createDirectory(directory.resolve(HIDDEN)).resolve("tool");
    Files.copy(Path.of("/usr/bin/sleep"), program);
    Run run = Run.of("bash", "-c", "exec -a harmless " + program + " 600");
    hidden = Program.start(run);
  }

  @AfterAll
  static void unmount() throws IOException {
    hidden.close();
    targets.close();
    kifs.close();
    Files.delete(secret);
    Files.delete(directory.resolve(HIDDEN).resolve("tool"));
    Files.delete(directory.resolve(HIDDEN));
    Files.delete(directory.resolve("kernel"));
    Files.delete(directory);
  }

  /** What a caller gets from the tree and from /proc, for one file of one process. */
  private record Cell(String caller, String target, String file, boolean here, boolean inProc) {}

  @Test
  void noFileShowsMoreThanProc() throws IOException {
    List<Cell> cells = new ArrayList<>();
    for (String name : CALLERS) {
      try (Program caller = AccessPrograms.caller(name)) {
        pids.forEach(
            (target, pid) ->
                AccessMatrix.files(pid)
                    .forEach(
                        (file, sources) -> {
                          String path = kifs.path("processes/" + pid + "/" + file).toString();
                          String request = file.equals("fds") ? "list " : "read ";
                          boolean here = isAllowed(caller, request + path);
                          boolean inProc =
                              sources.stream().allMatch(source -> isAllowed(caller, source));
                          cells.add(new Cell(name, target, file, here, inProc));
                        }));
      }
    }
    report(cells);
    List<Cell> more =
        cells.stream()
            .filter(cell -> cell.here() && !cell.inProc() && !cell.caller().equals("monitor"))
            .toList();
    assertEquals(List.of(), more);
    assertTrue(cells.size() > 10_000, "cells: " + cells.size());
    assertEquals(
        List.of(),
        cells.stream()
            .filter(cell -> cell.caller().equals("monitor") || cell.caller().equals("root"))
            .filter(cell -> !cell.here())
            .toList());
    // The owner sees the process that is its own in every respect, and no other.
    Map<String, Long> seen = new TreeMap<>();
    cells.stream()
        .filter(cell -> cell.caller().equals("owner") && cell.file().equals("io.read"))
        .filter(Cell::here)
        .forEach(cell -> seen.merge(cell.target(), 1L, Long::sum));
    assertEquals(Map.of("owner", 1L), seen);
  }

  /** An open that would wait, and a value that the process doesn't have, are not refused. */
  static boolean isAllowed(Program caller, String request) {
    String answer = AccessPrograms.ask(caller, request);
    return Set.of("ok", "EAGAIN", "ENODATA").contains(answer);
  }

  /** Prints the numbers, and writes the cells that differ to target/access-matrix.txt. */
  private static void report(List<Cell> cells) throws IOException {
    Map<String, Integer> numbers = new TreeMap<>();
    Map<String, Set<String>> less = new LinkedHashMap<>();
    for (Cell cell : cells) {
      String kind =
          cell.here() == cell.inProc()
              ? cell.here() ? "shown by both" : "refused by both"
              : cell.here() ? "more than /proc, members of the group" : "less than /proc";
      numbers.merge(kind, 1, Integer::sum);
      if (!cell.here() && cell.inProc()) {
        String where = cell.caller() + " of " + cell.target();
        less.computeIfAbsent(where, key -> new TreeSet<>()).add(cell.file());
      }
    }
    StringBuilder text = new StringBuilder("cells " + cells.size() + " " + numbers + "\n");
    less.forEach((where, files) -> text.append("less: " + where + ": " + files + "\n"));
    System.out.print("access matrix: " + text.substring(0, text.indexOf("\n") + 1));
    Files.writeString(Project.FS_TARGET.resolve("access-matrix.txt"), text);
  }

  /** The bytes that another user gets, through a program that is not one of the targets. */
  private static byte[] readAsNobody(String file) throws Exception {
    Path out = Files.createTempFile("kifs-access", ".bytes");
    try {
      Process cat =
          asNobody("timeout", "60", "cat", kifs.path(file).toString())
              .redirectOutput(out.toFile())
              .start();
      assertTrue(cat.waitFor(60, TimeUnit.SECONDS));
      return Files.readAllBytes(out);
    } finally {
      Files.delete(out);
    }
  }

  private static ProcessBuilder asNobody(String... command) {
    List<String> words =
        new ArrayList<>(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
    words.addAll(List.of(command));
    return new ProcessBuilder(words).redirectError(new File("/dev/null"));
  }

  private static List<String> bulks() {
    List<String> bulks =
        new ArrayList<>(
            List.of(
                "bulk",
                "bulk?fields=full",
                "bulk?tags=process,thread,command,limits,fd,shm,shm_user,wait,total&fields=full",
                "bulk?tags=command",
                "bulk?tags=fd",
                "bulk?tags=shm",
                "bulk?uid=54001&fields=full",
                "processes/bulk?state=S",
                "processes/sum/bulk",
                "shm/bulk",
                "locks/bulk"));
    pids.values()
        .forEach(
            pid -> {
              bulks.add("processes/" + pid + "/bulk?fields=full");
              bulks.add("processes/" + pid + "/bulk?tags=limits,fd,shm,shm_user,wait,command");
              bulks.add("processes/" + pid + "/threads/bulk?fields=full");
              bulks.add("processes/" + pid + "/threads/" + pid + "/bulk?fields=full");
            });
    return bulks;
  }

  @Test
  void nobodysBulksHoldNothingOfOthers() throws Exception {
    Await.until("the program runs", () -> isHiddenProgram(hidden.pid()));
    byte[] ofRoot = Files.readAllBytes(kifs.path("bulk?tags=fd,shm,command"));
    assertTrue(contains(ofRoot, secret.getFileName().toString()));
    assertTrue(contains(ofRoot, HIDDEN));
    int records = 0;
    for (String bulk : bulks()) {
      byte[] bytes = readAsNobody(bulk);
      assertTrue(bytes.length > 0, bulk);
      assertFalse(contains(bytes, secret.getFileName().toString()), bulk);
      assertFalse(contains(bytes, HIDDEN), bulk);
      records += checkRecords(bulk, bytes);
    }
    System.out.println("access: " + records + " records of others in nobody's bulks are redacted");
    assertTrue(records > 100, "records: " + records);
  }

  private static boolean isHiddenProgram(int pid) {
    return kifs.read("processes/" + pid + "/exe").contains(HIDDEN);
  }

  /** Checks that no record of a target has a guarded field. Returns their number. */
  private static int checkRecords(String bulk, byte[] bytes) throws Exception {
    int[] seen = new int[1];
    BulkReader reader = new BulkReader(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
    for (RecordType type : Records.ALL) {
      Field pid = type.field("pid");
      if (pid == null) {
        continue;
      }
      long guarded = type.guarded(Guard.PTRACE);
      reader.forEach(
          type,
          record -> {
            if (pids.containsValue((int) record.get(pid))) {
              seen[0]++;
              String what = bulk + ": " + type + " of " + record.get(pid);
              assertEquals(Guard.OPEN, type.existence(), what);
              assertEquals(guarded, record.absent() & guarded, what);
              assertEquals(guarded == 0, (record.flags() & Record.REDACTED) == 0, what);
              for (Field field : type.fields()) {
                if ((guarded & field.bit()) != 0 && field.count() == 1) {
                  assertEquals(0, record.get(field), what + " " + field);
                }
              }
            }
          });
    }
    return seen[0];
  }

  private static boolean contains(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
  }

  @Test
  void nobodyGetsNoEventsOfOthers() throws Exception {
    for (String threshold : List.of("fds/above/0,follow", "io.read/above/0,follow")) {
      String path = "processes/each/notify/" + threshold;
      Path out = Files.createTempFile("kifs-access", ".events");
      Process cat =
          asNobody("timeout", "2", "cat", kifs.path(path).toString())
              .redirectOutput(out.toFile())
              .start();
      assertTrue(cat.waitFor(60, TimeUnit.SECONDS));
      for (String line : Files.readAllLines(out)) {
        assertTrue(line.contains(" uid=65534 "), line);
      }
      Files.delete(out);
    }
  }

  @Test
  void nobodysTablesHaveNoRowsOfOthers() throws Exception {
    for (String table :
        List.of("hogs/fds", "hogs/shm", "hogs/locks", "locks/waits", "locks/graph.dot")) {
      String text = new String(readAsNobody(table), StandardCharsets.ISO_8859_1);
      assertFalse(text.isEmpty(), table);
      for (int pid : pids.values()) {
        assertFalse(text.matches("(?s).*\\b" + pid + "\\b.*"), table + ": " + text);
      }
    }
  }
}
