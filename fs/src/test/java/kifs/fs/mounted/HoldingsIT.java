package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Open fds and shared memory of processes, read by common tools. */
@Timeout(120)
class HoldingsIT {
  private static final String TAG = "kifs-it-" + ProcessHandle.current().pid();

  @TempDir Path directory;

  @Mounted("holdings")
  private static MountedKifs kifs;

  private Program fdKinds() {
    return Program.run("fd-kinds", directory);
  }

  private static String cat(String name) {
    return Run.of("cat", kifs.path(name).toString()).silent().out();
  }

  private static TreeSet<String> ls(String name) {
    return new TreeSet<>(Run.of("ls", kifs.path(name).toString()).silent().lines());
  }

  @Test
  void everyTypeOfFdAsALine() throws Exception {
    try (Program program = fdKinds()) {
      List<String> lines = program.lines();
      String fds = "processes/" + program.pid() + "/fds";
      for (String line : lines) {
        String[] words = line.split(" ");
        String said = cat(fds + "/" + words[0]);
        assertEquals(1, said.lines().count());
        for (String word : Arrays.asList(words).subList(1, words.length)) {
          assertTrue(said.contains(word), word + " in " + said);
        }
      }
      TreeSet<String> expected = new TreeSet<>(List.of("bulk"));
      try (Stream<Path> all = Files.list(Path.of("/proc/" + program.pid() + "/fd"))) {
        all.forEach(fd -> expected.add(fd.getFileName().toString()));
      }
      assertEquals(expected, ls(fds));
      assertEquals(
          expected.size() - 1,
          Integer.parseInt(cat("processes/" + program.pid() + "/fds.count").strip()));
    }
  }

  @Test
  void bulksOfFds() {
    try (Program program = fdKinds()) {
      int count = program.lines().size();
      String out =
          Run.python(
                  """
                  import json, os, struct, sys
                  K, pid = sys.argv[1], int(sys.argv[2])
                  types = {r["name"]: r for r in json.load(open(K + "/schema/records.json"))["records"]}
                  at = {f["name"]: f["offset"] for f in types["FD"]["fields"]}
                  def fds(name):
                      bulk, i, all = open(f"{K}/{name}", "rb").read(), 0, {}
                      while i < len(bulk):
                          tag, _, size = struct.unpack_from("<HHI", bulk, i)
                          if tag == types["FD"]["tag"]:
                              p, fd = struct.unpack_from("<ii", bulk, i + 8)
                              start, = struct.unpack_from("<Q", bulk, i + at["path_offset"])
                              length, = struct.unpack_from("<I", bulk, i + at["path_length"])
                              all[p, fd] = bulk[start:start + length]
                          else: assert tag in (1, 2), tag
                          i += size
                      return all
                  own = {(pid, int(fd)): os.fsencode(os.readlink(f"/proc/{pid}/fd/{fd}"))
                         for fd in os.listdir(f"/proc/{pid}/fd")}
                  assert fds(f"processes/{pid}/fds/bulk") == own
                  assert fds(f"processes/{pid}/bulk?tags=fd") == own
                  assert fds(f"bulk?tags=fd&pid={pid}") == own
                  everybody = fds("processes/bulk?tags=fd")
                  assert own.items() <= everybody.items() and list(everybody) == sorted(everybody)
                  print(len(own))
                  """,
                  kifs.path(),
                  program.pid())
              .silent()
              .out();
      assertTrue(Integer.parseInt(out.strip()) > count);
    }
  }

  @Test
  void everyKindOfSharedMemory() {
    try (Program program = Program.run("shm-users", TAG).cleaningUp()) {
      List<String> lines = program.lines();
      Map<String, String> ids = new java.util.TreeMap<>();
      for (String id : ls("shm")) {
        if (id.contains("-")) {
          Map<String, String> stat = kifs.values("shm/" + id + "/stat");
          ids.put(stat.get("kind") + " " + stat.get("name") + " " + stat.get("size"), id);
        }
      }
      for (String line : lines.subList(0, lines.size() - 1)) {
        String[] words = line.split(" ");
        String name = words[1].equals("-") ? "" : words[1];
        String shm = "shm/" + ids.get(words[0] + " " + name + " " + words[2]);
        assertEquals(words[2] + "\n", cat(shm + "/size"), line);
        assertEquals(words[3] + "\n", cat(shm + "/resident"), line);
        assertEquals(words[4] + "\n", cat(shm + "/users.count"), line);
        List<String> users = cat(shm + "/users").lines().map(String::strip).toList();
        assertTrue(users.get(0).matches("PID +MAPPED +FDS +COMMAND"), users.get(0));
        long mappers = users.stream().skip(1).filter(u -> !u.matches("\\d+ +0 .*")).count();
        assertEquals(Integer.parseInt(words[4]), mappers, line);
        if (!words[5].equals("0")) {
          String row = program.pid() + "\\s+" + words[5] + "\\s+\\d+\\s+shm-users";
          assertTrue(users.stream().anyMatch(u -> u.matches(row)), users + " have " + row);
        }
      }
      long mapped = (8L + 2 + 6 + 7) << 20;
      assertEquals(mapped + "\n", cat("processes/" + program.pid() + "/shm"));
      assertTrue(Long.parseLong(cat("processes/sum/shm").strip()) >= 2 * mapped);
      assertTrue(Long.parseLong(cat("shm/sum/size").strip()) >= 36 << 20);
      assertTrue(Integer.parseInt(cat("shm/sum/objects").strip()) >= 8);
    }
  }

  /**
   * The device of an object is known only while a process maps it. Otherwise the listing must not
   * show the file {@code device} to a crawler.
   */
  @Test
  void anObjectThatNoProcessMapsCanBeCrawled() {
    Run.bash(
            """
            id=$(ipcmk -M 12345 | grep -o '[0-9]*$')
            trap 'ipcrm -m $id' EXIT
            found=$(grep -lx 12345 "$1"/shm/*/size)
            cat $(find "${found%/size}" -type f) > /dev/null
            """,
            kifs.path())
        .silent();
  }

  @Test
  void bulksOfSharedMemory() {
    try (Program program = Program.run("shm-users", TAG + "-b").cleaningUp()) {
      Run.python(
              """
              import os, struct, sys
              K, pid, tag = sys.argv[1], int(sys.argv[2]), os.fsencode(sys.argv[3])
              SHM, USER = 22, 23
              def read(name):
                  bulk, i, objects, users = open(f"{K}/{name}", "rb").read(), 0, {}, {}
                  while i < len(bulk):
                      t, _, size = struct.unpack_from("<HHI", bulk, i)
                      if t == SHM:
                          id, = struct.unpack_from("<Q", bulk, i + 8)
                          start, = struct.unpack_from("<Q", bulk, i + 56)
                          length, = struct.unpack_from("<I", bulk, i + 64)
                          objects[id] = bulk[start:start + length]
                      if t == USER:
                          id, _, mapped, p = struct.unpack_from("<QQQi", bulk, i + 8)
                          users[id, p] = mapped
                      i += size
                  return objects, users
              for name in ("shm/bulk", "bulk?tags=shm,shm_user", "processes/bulk?tags=shm,shm_user"):
                  objects, users = read(name)
                  mine = {n for n in objects.values() if n.startswith(tag)}
                  assert len(mine) == 5, mine
                  assert sum(m for (_, p), m in users.items() if p == pid) == 23 << 20, users
              id = next(id for id, n in objects.items() if n == tag + b"-mapped")
              one, by = read(f"shm/{id}/bulk")
              assert one == {id: tag + b"-mapped"} and by[id, pid] == 8 << 20 and len(by) == 2, (one, by)
              _, by = read(f"processes/{pid}/bulk?tags=shm_user")
              assert sum(m > 0 for m in by.values()) == 4 and {p for _, p in by} == {pid}, by
              """,
              kifs.path(),
              program.pid(),
              TAG + "-b")
          .silent();
    }
  }

  @Test
  void hogsAreRanked() {
    try (Program most = Program.hog();
        Program many = Program.hog();
        Program few = Program.hog()) {
      most.command("fds 3003").command("shm " + (1 << 20));
      many.command("fds 2002").command("shm " + (3L << 30));
      few.command("fds 1001").command("shm " + (2L << 30));
      List<Integer> byFds = List.of(most.pid(), many.pid(), few.pid());
      List<Integer> byShm = List.of(many.pid(), few.pid(), most.pid());
      assertEquals(byFds, ranking("fds", byFds));
      assertEquals(byShm, ranking("shm", byShm));
      String limit = cat("processes/" + most.pid() + "/fds.limit").strip();
      String row =
          cat("hogs/fds")
              .lines()
              .filter(line -> line.strip().startsWith(most.pid() + " "))
              .findFirst()
              .orElseThrow();
      assertTrue(
          row.matches(" *" + most.pid() + " +0 +3003 +" + limit + " +[0-9.]+% +kifs-hog"), row);
      assertTrue(cat("hogs/shm").lines().anyMatch(l -> l.matches(".* " + (3L << 30) + " .*")));
    }
  }

  /** The pids of these processes in the order of the table. */
  private static List<Integer> ranking(String table, List<Integer> among) {
    return cat("hogs/" + table)
        .lines()
        .skip(1)
        .map(line -> Integer.parseInt(line.strip().split(" ")[0]))
        .filter(among::contains)
        .toList();
  }

  @Test
  void fdsAndObjectsThatDoNotExist() {
    try (Program program = fdKinds()) {
      String fds = kifs.path("processes/" + program.pid() + "/fds").toString();
      String out =
          Run.python(
                  """
                  import errno, os, signal, sys
                  K, fds, pid = sys.argv[1], sys.argv[2], int(sys.argv[3])
                  def call(f, *args):
                      try: return f(*args)
                      except OSError as e: return errno.errorcode[e.errno]
                  for name in ("999", "03", "-1", "x", "2147483648", "bulk?tags=process"):
                      print(call(os.open, f"{fds}/{name}", os.O_RDONLY))
                  for name in ("1", "x", "01", "99999999999999999999", "1/size"):
                      print(call(os.stat, f"{K}/shm/{name}"))
                  print(call(os.open, f"{fds}/3", os.O_RDWR))
                  bound = os.open(f"{fds}/3", os.O_RDONLY)
                  bulk = os.open(f"{fds}/bulk", os.O_RDONLY)
                  os.kill(pid, signal.SIGKILL)
                  # A zombie is still there, though it holds nothing.
                  while os.path.exists(f"/proc/{pid}"): pass
                  print(call(os.read, bound, 100), call(os.pread, bulk, 100, 0))
                  """,
                  kifs.path(),
                  fds,
                  program.pid())
              .silent()
              .out();
      assertEquals(
          List.of(
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "EINVAL",
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "ENOENT",
              "EACCES",
              "ESRCH ESRCH"),
          out.lines().toList());
    }
  }

  /** Names that would break tables and listings if they weren't escaped. */
  @Test
  void namesFromOutside() throws Exception {
    List<String> names = List.of("bulk", "..hidden", "two words", "line\nbreak", "per%cent");
    List<Path> made = new ArrayList<>();
    try {
      for (String name : names) {
        made.add(Files.createFile(Path.of("/dev/shm", TAG + name)));
      }
      TreeSet<String> found = new TreeSet<>();
      for (String id : ls("shm")) {
        if (id.contains("-")) {
          String name = cat("shm/" + id + "/name");
          assertEquals(1, name.lines().count());
          if (name.startsWith(TAG)) {
            found.add(name.substring(TAG.length()).stripTrailing());
          }
        }
      }
      assertEquals(
          new TreeSet<>(List.of("bulk", "..hidden", "two words", "line\\nbreak", "per%cent")),
          found);
    } finally {
      for (Path file : made) {
        Files.delete(file);
      }
    }
  }
}
