package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.fd.Socket;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Bulks;
import kifs.testing.Program;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The open fds of this host, compared with /proc and lsof. */
class LiveFdsTest {
  private static final Query FDS = Query.of(FdRecord.TYPE);
  private static final Path PROC = Path.of("/proc");
  private static final int TRIES = 5;

  @TempDir Path directory;

  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(PROC);
  }

  private static String path(Bulk bulk, Record fd) {
    byte[] text = bulk.text(fd.get(FdRecord.PATH_OFFSET), (int) fd.get(FdRecord.PATH_LENGTH));
    return new String(text, StandardCharsets.UTF_8);
  }

  /** The path of each fd of each process, by {@code pid/fd}. */
  private static Map<String, String> links(Bulk bulk) {
    Map<String, String> links = new TreeMap<>();
    bulk.forEach(
        FdRecord.TYPE,
        fd -> {
          // This process itself opens and closes files during the pass.
          boolean own = fd.get(FdRecord.PID) == ProcessHandle.current().pid();
          // For some processes the kernel refuses to every process here to read their fds' paths.
          if (own || !fd.has(FdRecord.PATH_OFFSET)) {
            return;
          }
          String key = fd.get(FdRecord.PID) + "/" + fd.get(FdRecord.FD);
          assertFalse(links.containsKey(key), key + " twice");
          links.put(key, path(bulk, fd));
        });
    return links;
  }

  private static Map<String, String> plainLinks() throws IOException {
    Map<String, String> links = new TreeMap<>();
    try (Stream<Path> all = Files.list(PROC)) {
      String self = Long.toString(ProcessHandle.current().pid());
      for (Path process :
          all.filter(p -> p.getFileName().toString().matches("\\d+"))
              .filter(p -> !p.getFileName().toString().equals(self))
              .toList()) {
        try (Stream<Path> fds = Files.list(process.resolve("fd"))) {
          for (Path fd : fds.toList()) {
            String key = process.getFileName() + "/" + fd.getFileName();
            links.put(key, Files.readSymbolicLink(fd).toString());
          }
        } catch (IOException | java.io.UncheckedIOException e) {
          // The process has vanished, or the kernel refuses to read it.
        }
      }
    }
    return links;
  }

  /** Compares the source with another reader. */
  private interface Comparison {
    /** The keys that differ. */
    Set<String> differences() throws Exception;
  }

  /**
   * Asserts that no key differs in each of several comparisons. One comparison isn't enough,
   * because a busy process may use an fd twice between two passes.
   */
  private static void agrees(Comparison comparison) throws Exception {
    Set<String> left = comparison.differences();
    for (int i = 1; i < TRIES && !left.isEmpty(); i++) {
      left.retainAll(comparison.differences());
    }
    assertEquals(Set.of(), left);
  }

  @Test
  void everyFdOfEveryProcessIsWhatProcSays() throws Exception {
    try (KernelSource source = openSource();
        Program program = Program.run("fd-kinds", directory)) {
      agrees(() -> linkDifferences(source));
      try (Bulk bulk = Bulks.collect(source, FDS)) {
        int own = 0;
        for (Record fd : Bulks.records(bulk, FdRecord.TYPE)) {
          if (fd.get(FdRecord.PID) == program.pid()) {
            checkFigures(fd);
            own++;
          }
        }
        assertTrue(own >= 17, own + " fds of the program");
      }
    }
  }

  private static Set<String> linkDifferences(KernelSource source) throws IOException {
    Map<String, String> before = plainLinks();
    Map<String, String> found;
    try (Bulk bulk = Bulks.collect(source, FDS)) {
      found = links(bulk);
    }
    Map<String, String> after = plainLinks();
    Set<String> different = new TreeSet<>();
    int compared = 0;
    for (Map.Entry<String, String> link : before.entrySet()) {
      // A link that is the same before and after the pass was most likely the same during it.
      if (link.getValue().equals(after.get(link.getKey()))) {
        if (!link.getValue().equals(found.get(link.getKey()))) {
          different.add(link.getKey() + " " + link.getValue());
        }
        compared++;
      }
    }
    found.keySet().removeAll(before.keySet());
    found.keySet().removeAll(after.keySet());
    found.keySet().forEach(key -> different.add(key + " does not exist"));
    assertTrue(compared > 20, compared + " fds compared");
    return different;
  }

  /** Compares the figures of an fd with /proc. Its process must be idle. */
  private static void checkFigures(Record fd) throws IOException {
    Path process = PROC.resolve(Long.toString(fd.get(FdRecord.PID)));
    String name = Long.toString(fd.get(FdRecord.FD));
    Map<String, String> info = new TreeMap<>();
    Files.readAllLines(process.resolve("fdinfo").resolve(name)).stream()
        .map(line -> line.split(":\\s*", 2))
        .forEach(pair -> info.putIfAbsent(pair[0], pair[1]));
    assertEquals(Long.parseLong(info.get("pos")), fd.get(FdRecord.POSITION), name);
    assertEquals(Long.parseLong(info.get("flags"), 8), fd.get(FdRecord.FLAGS), name);
    assertEquals(Long.parseLong(info.get("mnt_id")), fd.get(FdRecord.MOUNT_ID), name);
    Path file = process.resolve("fd").resolve(name);
    assertEquals(Files.getAttribute(file, "unix:ino"), fd.get(FdRecord.INODE), name);
    assertEquals(Files.getAttribute(file, "unix:dev"), fd.get(FdRecord.DEVICE), name);
  }

  @Test
  void lsofSeesTheSame() throws Exception {
    Process version = new ProcessBuilder("sh", "-c", "command -v lsof").start();
    assumeTrue(version.waitFor() == 0, "no lsof here");
    try (KernelSource source = openSource()) {
      agrees(() -> lsofDifferences(source));
    }
  }

  private static Set<String> lsofDifferences(KernelSource source) throws IOException {
    Map<String, String> before = plainLinks();
    Map<String, String> found = new TreeMap<>();
    try (Bulk bulk = Bulks.collect(source, FDS)) {
      bulk.forEach(
          FdRecord.TYPE,
          fd ->
              found.put(
                  fd.get(FdRecord.PID) + "/" + fd.get(FdRecord.FD),
                  Long.toString(fd.get(FdRecord.INODE))));
    }
    Map<String, String> inodes = lsof();
    Map<String, String> after = plainLinks();
    Set<String> different = new TreeSet<>();
    int compared = 0;
    for (Map.Entry<String, String> line : inodes.entrySet()) {
      String key = line.getKey();
      if (before.containsKey(key) && before.get(key).equals(after.get(key))) {
        if (!line.getValue().equals(found.get(key))) {
          different.add(key);
        }
        compared++;
      }
    }
    assertTrue(compared > 20, compared + " fds compared");
    return different;
  }

  /** Inode numbers by {@code pid/fd}. */
  private static Map<String, String> lsof() throws IOException {
    Map<String, String> inodes = new TreeMap<>();
    // With -F each line of the output is one field and begins with the field's letter.
    Process lsof =
        new ProcessBuilder("lsof", "-n", "-P", "-w", "-F", "pfi")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String pid = "";
    String fd = "";
    for (String line :
        new String(lsof.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
      String value = line.substring(1);
      switch (line.charAt(0)) {
        case 'p' -> pid = value;
        case 'f' -> fd = value;
        case 'i' -> {
          if (fd.matches("\\d+")) {
            inodes.put(pid + "/" + fd, value);
          }
        }
        default -> {}
      }
    }
    return inodes;
  }

  @Test
  void oneFdAndTheListOfThem() throws Exception {
    try (KernelSource source = openSource();
        Program program = Program.run("fd-kinds", directory);
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      try (Bulk all = Bulks.collect(source, process, FDS)) {
        List<Integer> listed = new ArrayList<>();
        all.forEach(FdRecord.TYPE, fd -> listed.add((int) fd.get(FdRecord.FD)));
        assertEquals(listed, java.util.Arrays.stream(process.fds()).boxed().toList());
        assertTrue(process.hasFd(3));
        assertFalse(process.hasFd(999));
        assertEquals(0, count(source, process, 999));
        assertEquals(1, count(source, process, 3));
      }
      ProcessHandle.of(program.pid()).ifPresent(ProcessHandle::destroyForcibly);
      program.await();
      assertFalse(process.hasFd(3));
      assertEquals(0, process.fds().length);
      assertEquals(0, count(source, process, 3));
    }
  }

  private static long count(KernelSource source, ProcessRef process, int fd) {
    return Bulks.fill(source, FDS, into -> process.collectFd(fd, into)).count(FdRecord.TYPE);
  }

  @Test
  void lightDetailIsWhatLinksSay() throws Exception {
    try (KernelSource source = openSource();
        Program program = Program.run("fd-kinds", directory);
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      try (Bulk bulk = Bulks.collect(source, process, FDS.withDetail(Detail.LIGHT))) {
        for (Record fd : Bulks.records(bulk, FdRecord.TYPE)) {
          assertTrue(fd.has(FdRecord.PATH_OFFSET));
          assertFalse(fd.has(FdRecord.POSITION) || fd.has(FdRecord.SOCKET_STATE));
        }
      }
    }
  }

  private static final String LISTENER =
      "import socket\ns=socket.socket()\ns.bind(('0.0.0.0',4711))\ns.listen()\n"
          + "print('ready',flush=True)\ninput()";

  @Test
  void socketsOfOtherNetworkNamespaces() throws Exception {
    boolean may = new ProcessBuilder("unshare", "-n", "true").start().waitFor() == 0;
    assumeTrue(may, "no right to make namespaces");
    try (KernelSource source = openSource();
        Program program = Program.ready(List.of("unshare", "-n", "python3", "-c", LISTENER));
        ProcessRef process = source.process(program.pid()).orElseThrow()) {
      try (Bulk bulk = Bulks.collect(source, process, FDS)) {
        List<Record> sockets =
            Bulks.records(bulk, FdRecord.TYPE).stream()
                .filter(fd -> fd.get(FdRecord.LOCAL_PORT) == 4711)
                .toList();
        assertEquals(1, sockets.size());
        assertEquals(Socket.LISTEN, sockets.get(0).get(FdRecord.SOCKET_STATE));
        assertEquals(Socket.TCP, sockets.get(0).get(FdRecord.SOCKET_PROTOCOL));
      }
    }
  }

  private static final String OTHER_FAMILIES =
      """
      import socket
      kept = []
      def make(name, family, type, protocol=0, address=None):
        try:
          s = socket.socket(family, type, protocol)
          if address:
            s.bind(address)
            s.listen(1)
          kept.append(s)
          print(name, s.fileno(), flush=True)
        except OSError:
          pass
      make('mptcp', socket.AF_INET, socket.SOCK_STREAM, 262)
      make('mptcp', socket.AF_INET, socket.SOCK_STREAM, 262, ('127.0.0.1', 0))
      if kept:
        c = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
        c.connect(kept[-1].getsockname())
        print('mptcp', c.fileno(), flush=True)
        a = kept[-1].accept()[0]
        print('mptcp', a.fileno(), flush=True)
      make('vsock', 40, socket.SOCK_STREAM)
      make('xdp', 44, socket.SOCK_RAW)
      print('ready', flush=True)
      input()
      """;

  /** Sockets whose family or protocol few tools know, as far as this kernel has them. */
  @Test
  void socketsOfOtherFamilies() throws Exception {
    try (KernelSource source = openSource();
        Program program = Program.ready(List.of("python3", "-c", OTHER_FAMILIES));
        ProcessRef process = source.process(program.pid()).orElseThrow();
        Bulk bulk = Bulks.collect(source, process, FDS)) {
      assumeTrue(!program.lines().isEmpty(), "this kernel has none of them");
      for (String line : program.lines()) {
        String[] words = line.split(" ");
        Record fd =
            Bulks.records(bulk, FdRecord.TYPE).stream()
                .filter(one -> one.get(FdRecord.FD) == Integer.parseInt(words[1]))
                .findFirst()
                .orElseThrow();
        int family =
            switch (words[0]) {
              case "vsock" -> Socket.VSOCK;
              case "xdp" -> Socket.XDP;
              default -> Socket.INET;
            };
        assertEquals(family, fd.get(FdRecord.SOCKET_FAMILY), line);
        if (words[0].equals("mptcp")) {
          assertEquals(Socket.MPTCP, fd.get(FdRecord.SOCKET_PROTOCOL), line);
          assertEquals(Socket.STREAM, fd.get(FdRecord.SOCKET_TYPE), line);
        }
      }
    }
  }

  private static final String STORM =
      """
      import os
      print("ready", flush=True)
      while True:
        for _ in range(100):
          a = os.open("/etc/passwd", 0)
          b = os.pipe()
          os.close(a)
          c = os.open("/dev/null", 0)
          os.close(b[0])
          os.close(b[1])
          os.close(c)
        p = os.fork()
        if p == 0:
          os._exit(0)
        os.waitpid(p, 0)
      """;

  /** The record of an fd is about one file, never half about one and half about another. */
  @Test
  void fdsThatAreOpenedAgainAreNotMixedUp() throws Exception {
    long passwd = (long) Files.getAttribute(Path.of("/etc/passwd"), "unix:ino");
    long nothing = (long) Files.getAttribute(Path.of("/dev/null"), "unix:ino");
    Map<Long, Integer> seen = new TreeMap<>();
    try (KernelSource source = openSource();
        Program storm = Program.ready(List.of("python3", "-c", STORM));
        ProcessRef process = source.process(storm.pid()).orElseThrow()) {
      for (int pass = 0; pass < 2000; pass++) {
        try (Bulk bulk = Bulks.collect(source, process, FDS)) {
          for (Record fd : Bulks.records(bulk, FdRecord.TYPE)) {
            String path = path(bulk, fd);
            long inode = fd.get(FdRecord.INODE);
            long type = fd.get(FdRecord.TYPE_OF_FILE);
            if (fd.get(FdRecord.FD) <= 2 || path.isEmpty() || !fd.has(FdRecord.INODE)) {
              // The program doesn't open these fds, or the fd was closed during the read.
              continue;
            }
            seen.merge(type, 1, Integer::sum);
            if (path.equals("/etc/passwd")) {
              assertEquals(passwd, inode);
              assertEquals(FdRecord.REGULAR, type);
            } else if (path.equals("/dev/null")) {
              assertEquals(nothing, inode);
              assertEquals(FdRecord.CHARACTER, type);
            } else {
              assertEquals("pipe:[" + inode + "]", path);
              assertEquals(FdRecord.PIPE, type);
            }
          }
        }
      }
    }
    // Else the passes have compared nothing.
    assertEquals(
        Set.of((long) FdRecord.REGULAR, (long) FdRecord.CHARACTER, (long) FdRecord.PIPE),
        seen.keySet());
  }
}
