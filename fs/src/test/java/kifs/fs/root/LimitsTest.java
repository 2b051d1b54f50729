package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The files in limits/ read and change the limits of a simulated kernel, by its rules. */
class LimitsTest {
  private static final Caller ROOT = Rig.CALLER;
  private static final Caller OWNER = new Caller(1000, 1000, 1);
  private static final Caller OTHER = new Caller(2000, 2000, 1);
  private static final OpenMode WRITING = new OpenMode(false, true);

  private final Rig rig = new Rig();

  @BeforeEach
  void populate() {
    rig.kernel.spawn(500, "hog").uid(1000).gid(1000).limit("nofile", 1000, 4000);
    rig.kernel.simulated(500).spawnThread(501, "worker");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private OpenFile open(Caller caller, String path) {
    rig.become(caller);
    return rig.open("processes/500/" + path, WRITING);
  }

  private void write(Caller caller, String path, String text) {
    OpenFile file = open(caller, path);
    try {
      assertEquals(text.length(), Rig.write(file, caller, 0, text));
    } finally {
      file.release();
    }
  }

  private Errno refusal(Caller caller, String path, String text) {
    String before = rig.read("processes/500/" + path);
    Errno errno = assertThrows(FsException.class, () -> write(caller, path, text), text).errno();
    assertEquals(before, rig.read("processes/500/" + path), "after a refused write");
    return errno;
  }

  private String read(String path) {
    return rig.read("processes/500/" + path);
  }

  @Test
  void theDirectoryListsItsFiles() {
    List<String> names =
        ((Directory) rig.node("processes/500/limits"))
            .list(OWNER).stream().map(Directory.Entry::name).toList();
    assertTrue(names.containsAll(List.of("nofile", "as", "nice", "affinity", "rlimit.nice")));
    List<String> ofThread =
        ((Directory) rig.node("processes/500/threads/501/limits"))
            .list(OWNER).stream().map(Directory.Entry::name).toList();
    assertEquals(List.of("nice", "affinity"), ofThread);
    assertEquals(Errno.ENOENT, rig.errno("processes/500/limits/none"));
    assertEquals(Errno.ENOENT, rig.errno("processes/500/threads/501/limits/nofile"));
  }

  @Test
  void permissionsAdmitEveryClientThatMayChangeIt() {
    FileNode nofile = (FileNode) rig.node("processes/500/limits/nofile");
    assertEquals(0666, nofile.permissions());
    assertTrue(nofile.isWritable());
    assertEquals(new Node.Owner(1000, 1000), nofile.owner());
    FileNode oom = (FileNode) rig.node("processes/500/limits/oom_score_adj");
    assertEquals(0644, oom.permissions());
    assertTrue(oom.isWritable());
    assertEquals(new Node.Owner(1000, 1000), oom.owner());
  }

  @Test
  void rlimits() {
    assertEquals("1000 4000\n", read("limits/nofile"));
    write(OWNER, "limits/nofile", "200\n");
    assertEquals("200 4000\n", read("limits/nofile"));
    assertEquals("200\n", read("fds.limit"));
    write(OWNER, "limits/nofile", "100 300");
    assertEquals("100 300\n", read("limits/nofile"));
    assertEquals(Errno.EPERM, refusal(OWNER, "limits/nofile", "100 301"));
    assertEquals(Errno.EINVAL, refusal(OWNER, "limits/nofile", "301"));
    assertEquals(Errno.EPERM, refusal(OTHER, "limits/nofile", "50"));
    write(ROOT, "limits/nofile", "unlimited unlimited\n");
    assertEquals("unlimited unlimited\n", read("limits/nofile"));
    write(ROOT, "limits/as", "1G 2G");
    assertEquals("1073741824 2147483648\n", read("limits/as"));
  }

  @Test
  void aNiceValueOfAProcessIsThatOfAllThreads() {
    write(OWNER, "limits/nice", "10\n");
    assertEquals("10\n", read("nice"));
    assertEquals("10\n", read("limits/nice"));
    assertEquals("10\n", read("threads/501/limits/nice"));
    assertEquals(Errno.EACCES, refusal(OWNER, "limits/nice", "9"));
    assertEquals(Errno.EPERM, refusal(OTHER, "limits/nice", "19"));
    assertEquals(Errno.EINVAL, refusal(ROOT, "limits/nice", "20"));
    write(ROOT, "limits/nice", "-20");
    assertEquals("-20\n", read("threads/501/limits/nice"));
  }

  @Test
  void aThreadHasLimitsOfItsOwn() {
    write(OWNER, "threads/501/limits/nice", "7");
    assertEquals("0\n", read("limits/nice"));
    assertEquals("7\n", read("threads/501/limits/nice"));
    write(OWNER, "threads/501/limits/affinity", "1");
    assertEquals("0-1\n", read("limits/affinity"));
    assertEquals("1\n", read("threads/501/limits/affinity"));
  }

  @Test
  void affinity() {
    assertEquals("0-1\n", read("limits/affinity"));
    write(OWNER, "limits/affinity", "1-5\n");
    assertEquals("1\n", read("limits/affinity"));
    assertEquals(Errno.EINVAL, refusal(OWNER, "limits/affinity", "2-5"));
    assertEquals(Errno.EPERM, refusal(OTHER, "limits/affinity", "0"));
  }

  @Test
  void theAdjustmentOfTheOomScore() {
    write(OWNER, "limits/oom_score_adj", "300");
    assertEquals("300\n", read("oom.score.adj"));
    assertEquals(Errno.EACCES, refusal(OWNER, "limits/oom_score_adj", "299"));
    assertEquals(Errno.EACCES, refusal(OTHER, "limits/oom_score_adj", "400"));
    write(ROOT, "limits/oom_score_adj", "-1000");
    assertEquals("-1000\n", read("limits/oom_score_adj"));
  }

  @Test
  void anIdThatIsUsedAgainIsNeverLimited() {
    OpenFile file = open(ROOT, "limits/nofile");
    OpenFile ofThread = open(ROOT, "threads/501/limits/nice");
    rig.kernel.simulated(500).exit(0);
    rig.kernel.spawn(500, "new").limit("nofile", 1000, 4000);
    rig.kernel.simulated(500).spawnThread(501, "new worker");
    for (OpenFile gone : List.of(file, ofThread)) {
      assertEquals(
          Errno.ESRCH,
          assertThrows(FsException.class, () -> Rig.write(gone, ROOT, 0, "5")).errno());
      assertEquals(Errno.ESRCH, assertThrows(FsException.class, () -> Rig.read(gone, 0)).errno());
      gone.release();
    }
    assertEquals("1000 4000\n", read("limits/nofile"));
    assertEquals("0\n", read("threads/501/limits/nice"));
    assertEquals(
        Errno.ENOENT,
        assertThrows(FsException.class, () -> rig.node("processes/501/limits/nofile")).errno());
  }

  @Test
  void theMemberOfACrowdThatIsLimitedLeavesIt() {
    rig.kernel.crowd(10, 1000, 1, "crowd");
    rig.become(ROOT);
    OpenFile file = rig.open("processes/1003/limits/nice", WRITING);
    Rig.write(file, ROOT, 0, "4");
    assertEquals("4\n", Rig.read(file, 0));
    file.release();
    assertEquals("4\n", rig.read("processes/1003/nice"));
    assertEquals("0\n", rig.read("processes/1004/nice"));
  }

  @Test
  void aFileIsOpenedForReadingByEverybody() {
    rig.become(OTHER);
    assertEquals("1000 4000\n", read("limits/nofile"));
    assertFalse(((FileNode) rig.node("processes/500/nice")).isWritable());
  }
}
