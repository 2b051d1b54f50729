package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedShm;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.NotifierOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the tree shows of a process whose memory can't be read, and of the others. */
class UnreadableTest {
  private final Rig rig = new Rig();
  private final SimulatedShm cache = rig.kernel.shm(ShmRecord.POSIX, "cache").size(1 << 20);
  private final SimulatedProcess stuck =
      rig.kernel.spawn(500, "db").commandLine("db --fast").map(cache, 4096).rss(8 << 20);
  private final SimulatedProcess other =
      rig.kernel.spawn(600, "web").commandLine("web -p 80").map(cache, 8192);

  @BeforeEach
  void hold() {
    stuck.unreadable(true);
    rig.clock.advance(5 * Rig.SECOND);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private String about() {
    Kernel kernel = new Kernel(rig.kernel, rig.snapshots, rig.notifier, rig.access);
    return new About(
            kernel, "1", "direct", NotifierOptions.DEFAULT, List.of(), () -> AboutTest.USAGE)
        .text();
  }

  private void assertAbsent(String attribute) {
    FsException thrown = assertThrows(FsException.class, () -> rig.read(attribute), attribute);
    assertEquals(Errno.ENODATA, thrown.errno(), attribute);
  }

  /** Reads a table, without what aligns its columns. */
  private String words(String table) {
    return rig.read(table).replaceAll(" +", " ");
  }

  @Test
  void theAttributesThatNeedItsMemoryAreAbsent() {
    assertAbsent("processes/500/cmdline");
    assertAbsent("processes/500/shm");
    assertEquals("8388608\n", rig.read("processes/500/rss"));
    String stat = rig.read("processes/500/stat");
    assertFalse(stat.contains("cmdline=") || stat.contains("\nshm="), stat);
    assertTrue(stat.contains("comm=db\n") && stat.contains("rss=8388608\n"), stat);
    assertEquals("web -p 80\n", rig.read("processes/600/cmdline"));
    assertTrue(rig.read("processes/600/stat").contains("cmdline=web -p 80\n"));
  }

  @Test
  void itSaysSinceWhen() {
    String since = rig.read("processes/500/unreadable");
    assertTrue(Double.parseDouble(since) > 0, since);
    assertTrue(rig.read("processes/500/stat").contains("unreadable=" + since));
    assertEquals("0.0\n", rig.read("processes/600/unreadable"));
    assertTrue(about().contains("unreadable=500 db since " + since), about());
    stuck.unreadable(false);
    assertEquals("0.0\n", rig.read("processes/500/unreadable"));
    assertFalse(about().contains("unreadable="), about());
    assertEquals("db --fast\n", rig.read("processes/500/cmdline"));
  }

  @Test
  void tablesGoOnWithTheOthers() {
    String users = words("hogs/shm");
    assertTrue(users.contains("600") && !users.contains("500"), users);
    other.thread().blockedOn(SimulatedWait.MUTEX, 0x1000, 601);
    other.spawnThread(601, "two").blockedOn(SimulatedWait.MUTEX, 0x2000, 600);
    stuck.thread().blockedOn(SimulatedWait.FUTEX, 0x30, 0);
    rig.clock.advance(5 * Rig.SECOND);
    String waits = words("locks/waits");
    assertTrue(waits.contains("600 601 two mutex") && !waits.contains("futex"), waits);
    assertTrue(words("locks/deadlocks").contains(" member 600 601 "));
  }
}
