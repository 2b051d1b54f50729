package kifs.kernel.linux.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.testing.Program;
import kifs.testing.Run;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An action has a client's rights and no others, and the client can't harm its thread. */
class ClientThreadTest {
  private static final long USER = 54321;
  private static final long GROUP = 54322;
  private static final ClientIdentity CLIENT =
      new ClientIdentity(USER, USER, GROUP, GROUP, Set.of(54323L, 54324L), 0, 0);
  private static final int THREADS = 500;
  private static final long SYS_NICE = ClientIdentity.SYS_NICE;
  private static final Path OWN_STATUS = Path.of("/proc/thread-self/status");

  @BeforeEach
  void asRoot() {
    assumeTrue(Syscalls.geteuid() == 0, "only root can act for others");
  }

  /** The ids and capabilities in a status of /proc, by key. */
  private static Map<String, String> status() {
    try {
      Map<String, String> status = new TreeMap<>();
      for (String line : Files.readAllLines(OWN_STATUS)) {
        String[] words = line.split(":\\s*", 2);
        status.put(words[0], words[1].strip());
      }
      return status;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theThreadHasTheIdsAndGroupsOfTheClient() {
    Map<String, String> acting = ClientThread.run(CLIENT, ClientThreadTest::status);
    assertEquals(
        List.of(Long.toString(ClientThread.NO_USER), "54321", "0", "54321"),
        List.of(acting.get("Uid").split("\t")));
    assertEquals("54322\t54322\t0\t54322", acting.get("Gid"));
    assertEquals("54323 54324", acting.get("Groups"));
    assertEquals("0000000000000000", acting.get("CapEff"));
  }

  @Test
  void theOtherThreadsKeepTheirRights() {
    Map<String, String> before = status();
    ClientThread.run(CLIENT, ClientThreadTest::status);
    Map<String, String> after = status();
    for (String key : List.of("Uid", "Gid", "Groups", "CapEff", "CapPrm")) {
      assertEquals(before.get(key), after.get(key), key);
    }
  }

  @Test
  void onlyTheCapabilitiesOfTheClientAreLeft() {
    long permitted = SYS_NICE | 1;
    ClientIdentity nice =
        new ClientIdentity(USER, USER, GROUP, GROUP, Set.of(), SYS_NICE, permitted);
    Map<String, String> acting = ClientThread.run(nice, ClientThreadTest::status);
    assertEquals(SYS_NICE, Long.parseUnsignedLong(acting.get("CapEff"), 16));
    assertEquals(permitted, Long.parseUnsignedLong(acting.get("CapPrm"), 16));
    ClientIdentity weakRoot = new ClientIdentity(0, 0, 0, 0, Set.of(0L), SYS_NICE, permitted);
    Map<String, String> root = ClientThread.run(weakRoot, ClientThreadTest::status);
    assertEquals(SYS_NICE, Long.parseUnsignedLong(root.get("CapEff"), 16));
    assertEquals(permitted, Long.parseUnsignedLong(root.get("CapPrm"), 16));
    assertEquals("0\t0\t0\t0", root.get("Uid"));
  }

  @Test
  void theKernelDecides() throws IOException {
    Path file = Files.createTempFile("kifs-client", "");
    try {
      NativeBuffer path = NativeBuffer.string(file.toString());
      int flags = Syscalls.O_WRONLY;
      int refused =
          ClientThread.run(CLIENT, () -> Syscalls.openat(Syscalls.AT_FDCWD, path.address(), flags));
      assertEquals(-Syscalls.EACCES, refused);
      Files.setAttribute(file, "unix:uid", (int) USER);
      int opened =
          ClientThread.run(CLIENT, () -> Syscalls.openat(Syscalls.AT_FDCWD, path.address(), flags));
      assertTrue(opened >= 0, "open: " + opened);
      Syscalls.close(opened);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void whatTheActionThrowsReachesTheCaller() {
    LimitException thrown =
        assertThrows(
            LimitException.class,
            () ->
                ClientThread.run(
                    CLIENT,
                    () -> {
                      throw LimitException.vanished();
                    }));
    assertEquals(LimitException.ESRCH, thrown.errno());
  }

  @Test
  void theClientCanNeitherSignalNorTraceNorLimitTheThread() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    Thread clients =
        new Thread(
            () -> {
              while (!stop.get()) {
                ClientThread.run(CLIENT, () -> spin(1_000_000));
              }
            });
    String pid = Long.toString(ProcessHandle.current().pid());
    try (Program attacker =
        Program.ready(
            Run.of(
                "python3",
                "test-data/programs/attack-thread.py",
                Long.toString(USER),
                pid,
                Integer.toString(THREADS)))) {
      assertEquals(List.of("own signal=ok trace=ok prlimit=ok memory=ok"), attacker.lines());
      clients.start();
      Map<String, Integer> results = new TreeMap<>();
      String[] words = attacker.line().split(" ");
      for (int i = 0; i < words.length; i += 2) {
        results.put(words[i], Integer.parseInt(words[i + 1]));
      }
      System.out.println("attacks on " + THREADS + " acting threads: " + results);
      // A thread that ends between two attempts is ESRCH, or ENOENT as a file.
      results.keySet().removeIf(result -> result.endsWith("ESRCH") || result.endsWith("ENOENT"));
      assertEquals(
          Set.of("memory=EACCES", "prlimit=EPERM", "signal=EPERM", "trace=EPERM"),
          results.keySet());
    } finally {
      stop.set(true);
      clients.join();
    }
  }

  private static boolean spin(long ns) {
    for (long end = System.nanoTime() + ns; System.nanoTime() < end; ) {
      Thread.onSpinWait();
    }
    return true;
  }
}
