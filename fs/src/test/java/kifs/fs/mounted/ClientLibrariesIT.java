package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import kifs.testing.Program;
import kifs.testing.Project;
import kifs.testing.Run;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The client libraries of clients/, by their examples and by programs that use what these don't.
 */
@Timeout(120)
class ClientLibrariesIT {
  private static final Path CLIENTS = Project.ROOT.resolve("clients");

  @TempDir private static Path made;

  @BeforeAll
  static void compile(@TempDir Path mountpoint) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "client-libraries-schema")) {
      Run.of(
              "gcc",
              "-std=c99",
              "-D_DEFAULT_SOURCE",
              "-Wall",
              "-Wextra",
              "-Werror",
              "-I",
              kifs.path("schema").toString(),
              "-o",
              made.resolve("watch").toString(),
              CLIENTS.resolve("c/watch.c").toString())
          .silent();
    }
    Run.of(CLIENTS.resolve("java/build.sh").toString(), made.resolve("client.jar").toString())
        .silent();
  }

  @AfterEach
  void close() {
    Program.closeAll();
  }

  private static Run watch(String language, Path mountpoint, String name) {
    List<String> command =
        switch (language) {
          case "c" -> List.of(made.resolve("watch").toString());
          case "python" ->
              List.of(
                  "env",
                  "PYTHONPATH=" + CLIENTS.resolve("python"),
                  "python3",
                  CLIENTS.resolve("python/watch.py").toString());
          default -> java("kifs.client.Watch");
        };
    return run(command, mountpoint.toString(), name);
  }

  private static List<String> java(String main) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:TieredStopAtLevel=1",
        "-cp",
        made.resolve("client.jar").toString(),
        main);
  }

  private static Run run(List<String> command, String... arguments) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(arguments));
    return Run.of(words.toArray(String[]::new));
  }

  private static void theEventIsThatOf(Program hog, Program client) {
    assertEquals("processes/" + hog.pid() + ": fds is 60 count", client.line());
    assertEquals("kifs-hog has 2 threads", client.line());
    assertEquals(0, client.await());
  }

  /** The mount goes and comes back while the client waits. */
  @ParameterizedTest
  @ValueSource(strings = {"c", "python", "java"})
  void theExampleWaitsOverTheReturnOfTheMount(String language, @TempDir Path mountpoint) {
    try (Program hog = Program.hog().command("threads 2")) {
      String name = "processes/" + hog.pid() + "/notify/fds/above/50";
      Program client;
      try (MountedKifs kifs = MountedKifs.at(mountpoint, "client-" + language)) {
        client = kifs.startWaiter(watch(language, mountpoint, name));
        String first = client.line();
        assertTrue(first.matches("processes: [0-9]{2,}"), first);
      }
      try (MountedKifs again = MountedKifs.at(mountpoint, "client-" + language + "-again")) {
        again.awaitWaiters(1);
        hog.command("fds 60");
        theEventIsThatOf(hog, client);
      }
    }
  }

  /** A table has what a whole bulk has, after processes have come and gone. */
  @Test
  void aTableInPythonEqualsABulk(@TempDir Path mountpoint) {
    try (MountedKifs kifs =
        MountedKifs.at(
            mountpoint,
            "client-table",
            "--source=simulated:" + Project.ROOT.resolve("test-data/simulated/demo.kifs"))) {
      String out =
          Run.python(
                  """
                  import sys
                  sys.path.insert(0, sys.argv[2])
                  from kifs_client import Tree
                  tree = Tree(sys.argv[1])
                  with tree.table("tags=process,thread,system") as table:
                      for _ in range(3):
                          table.update()
                      bulk = tree.bulk("tags=process,thread,system")
                      same = [(r.pid,) for r in bulk.records("PROCESS")]
                      print(sorted(same) == sorted(table.records["PROCESS"]), len(same) > 2)
                      threads = {(r.pid, r.tid) for r in bulk.records("THREAD")}
                      print(threads == set(table.records["THREAD"]))
                      print(list(table.records["SYSTEM"]))
                  """,
                  kifs.path(),
                  CLIENTS.resolve("python"))
              .silent()
              .out();
      assertEquals("True True\nTrue\n[()]\n", out);
    }
  }

  @Test
  void anArrayOfNumpyHasTheFields(@TempDir Path mountpoint) {
    assumeTrue(Run.bash("python3 -c 'import numpy'").result().status() == 0, "no numpy");
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "client-numpy")) {
      String out =
          Run.python(
                  """
                  import sys
                  sys.path.insert(0, sys.argv[2])
                  from kifs_client import Tree
                  tree = Tree(sys.argv[1])
                  bulk = tree.bulk("tags=process")
                  array = tree.array(bulk, "PROCESS")
                  rows = list(bulk.records("PROCESS"))
                  print(len(array) == len(rows) > 2)
                  print(all(a["pid"] == r.pid for a, r in zip(array, rows)))
                  print(int(array["rss_bytes"].sum()) == sum(r.rss_bytes or 0 for r in rows))
                  print(len(tree.array(bulk, "THREAD")))
                  """,
                  kifs.path(),
                  CLIENTS.resolve("python"))
              .silent()
              .out();
      assertEquals("True\nTrue\nTrue\n0\n", out);
    }
  }

  /** A refused name is an error at once, in each language. */
  @ParameterizedTest
  @ValueSource(strings = {"c", "python", "java"})
  void aWrongNameIsAnError(String language, @TempDir Path mountpoint) {
    try (MountedKifs kifs = MountedKifs.at(mountpoint, "client-wrong-" + language)) {
      Run.Result result = watch(language, kifs.path(), "system/notify/load/above/x").result();
      assertEquals(1, result.status(), result::toString);
      long languages =
          Stream.of("nvalid argument", "NoSuchFile").filter(result.err()::contains).count();
      assertTrue(languages > 0, result::toString);
    }
  }
}
