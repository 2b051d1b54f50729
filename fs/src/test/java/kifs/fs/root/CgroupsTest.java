package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.simulated.SimulatedCgroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** cgroups/ of a simulated kernel. */
class CgroupsTest {
  private Rig rig = new Rig();
  private SimulatedCgroup web;

  @BeforeEach
  void groups() {
    rig.kernel.spawn(100, "nginx").uid(7).cgroup("/web");
    rig.kernel.spawn(200, "worker").uid(8).gid(8).cgroup("/web/inner");
    rig.kernel.spawn(300, "init");
    web =
        rig.kernel
            .simulatedCgroup("/web")
            .set(CgroupRecord.MEMORY, 4096)
            .set(CgroupRecord.MEMORY_LIMIT, -1)
            .set(CgroupRecord.PIDS, 2)
            .set(CgroupRecord.KIND, 0);
    rig.kernel.simulatedCgroup("/web/inner").set(CgroupRecord.PIDS, 1);
    rig.kernel.simulatedCgroup("/memory").set(CgroupRecord.PIDS, 5);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private List<String> list(String path) {
    return ((Directory) rig.node(path))
        .list(Rig.CALLER).stream().map(Directory.Entry::name).toList();
  }

  private Errno refusal(String path) {
    return assertThrows(FsException.class, () -> rig.read(path), path).errno();
  }

  @Test
  void groupsAreDirectoriesBesideTheRootsOwnFiles() {
    List<String> names = list("cgroups");
    assertTrue(
        names.containsAll(List.of("bulk", "each", "sum", "notify", "stat", "processes", "web")));
    assertTrue(names.contains("%6Demory"), "the group /memory has the name of an attribute");
    assertFalse(names.contains("groups"), "the root's groups are in cgroups/ itself");
    assertEquals(names.size(), names.stream().distinct().count());
    assertEquals("/memory\n", rig.read("cgroups/%6Demory/path"));
    assertEquals(List.of("bulk", "each", "sum", "inner"), list("cgroups/web/groups"));
    assertEquals("/web/inner\n", rig.read("cgroups/web/groups/inner/path"));
    assertEquals("/\n", rig.read("cgroups/path"));
  }

  @Test
  void attributes() {
    assertEquals("4096\n", rig.read("cgroups/web/memory"));
    assertEquals("unlimited\n", rig.read("cgroups/web/memory.limit"));
    assertEquals("8589934592\n", rig.read("cgroups/web/memory.limit.effective"));
    assertEquals("domain\n", rig.read("cgroups/web/type"));
    assertEquals("v2\n", rig.read("cgroups/web/versions"));
    assertEquals(web.id() + "\n", rig.read("cgroups/web/id"));
    String stat = rig.read("cgroups/web/stat");
    assertTrue(stat.contains("\nmemory=4096\n") && stat.contains("\npids=2\n"), stat);
  }

  /** A controller that the group lacks has no files here, as it has none in the kernel's tree. */
  @Test
  void whatAGroupLacksIsNotListed() {
    assertFalse(list("cgroups/web/groups/inner").contains("memory"));
    assertTrue(list("cgroups/web").contains("memory"));
    assertEquals(Errno.ENODATA, refusal("cgroups/web/groups/inner/memory"));
    assertEquals(Errno.ENOENT, refusal("cgroups/web/groups/inner/nothing"));
  }

  @Test
  void processesAreThoseOfTheGroupItself() {
    String table = rig.read("cgroups/web/processes");
    assertTrue(table.lines().toList().get(1).matches("100 +7 +S .* nginx"), table);
    assertEquals(2, table.lines().count());
    assertTrue(rig.read("cgroups/processes").contains("init"));
    assertEquals(1, rig.read("cgroups/%6Demory/processes").lines().count());
  }

  @Test
  void hiddenProcessesAreNotInTheTable() {
    rig.close();
    rig = new Rig(new AccessOptions(false, OptionalLong.empty(), HidePid.INVISIBLE));
    groups();
    rig.become(new Caller(8, 8, 4242));
    assertEquals(1, rig.read("cgroups/web/processes").lines().count());
    assertTrue(rig.read("cgroups/web/groups/inner/processes").contains("worker"));
    assertEquals("4096\n", rig.read("cgroups/web/memory"), "figures of groups are for everybody");
  }

  @Test
  void theBulkOfAGroupHasWhatIsBelowIt() throws Exception {
    assertEquals(2, count("cgroups/web/bulk", CgroupRecord.TYPE));
    assertEquals(2, count("cgroups/web/bulk", ProcessRecord.TYPE));
    assertEquals(2, count("bulk?tags=cgroup&cgroup=/web", CgroupRecord.TYPE));
    assertEquals(1, count("cgroups/web/bulk?cgroup=/web%2Finner", ProcessRecord.TYPE));
    assertEquals(1, count("cgroups/web/bulk?uid=8", ProcessRecord.TYPE));
    assertEquals(4, count("cgroups/bulk", CgroupRecord.TYPE));
    assertEquals(0, count("cgroups/bulk", ProcessRecord.TYPE));
    assertEquals(2, count("cgroups/web/groups/bulk", CgroupRecord.TYPE));
    assertEquals(0, count("bulk", CgroupRecord.TYPE), "only with tags=");
    assertEquals(Errno.EINVAL, refusal("cgroups/web/bulk?cgroup=/memory"));
  }

  @Test
  void sumsAreOverOneLevel() {
    rig.kernel.simulatedCgroup("/").set(CgroupRecord.PIDS, 100);
    assertEquals("7\n", rig.read("cgroups/sum/pids"));
    assertEquals("2\n", rig.read("cgroups/sum/groups"));
    assertEquals("1\n", rig.read("cgroups/web/groups/sum/pids"));
    assertEquals("0\n", rig.read("cgroups/web/groups/inner/groups/sum/groups"));
  }

  @Test
  void anOpenFileIsBoundToItsGroup() {
    SimulatedCgroup gone = rig.kernel.simulatedCgroup("/gone").set(CgroupRecord.PIDS, 1);
    OpenFile pids = rig.open("cgroups/gone/pids");
    OpenFile bulk = rig.open("cgroups/gone/bulk");
    OpenFile table = rig.open("cgroups/gone/processes");
    gone.remove();
    rig.kernel.simulatedCgroup("/gone").set(CgroupRecord.PIDS, 2);
    for (OpenFile file : List.of(pids, bulk, table)) {
      FsException refused = assertThrows(FsException.class, () -> Rig.read(file, 0));
      assertEquals(Errno.ESRCH, refused.errno());
      file.release();
    }
    assertEquals("2\n", rig.read("cgroups/gone/pids"));
    assertEquals(Errno.ENOENT, refusal("cgroups/never/pids"));
  }

  @Test
  void eventsNameTheDirectory() {
    rig.kernel.simulatedCgroup("/web/inner").set(CgroupRecord.PIDS, 1);
    rig.kernel.simulatedCgroup("/").set(CgroupRecord.PIDS, 1);
    OpenFile each = rig.open("cgroups/each/notify/pids/above/4,follow", Rig.NON_BLOCKING);
    OpenFile inner = rig.open("cgroups/web/groups/inner/notify/pids/above/10", Rig.NON_BLOCKING);
    OpenFile root = rig.open("cgroups/notify/pids/above/1K", Rig.NON_BLOCKING);
    rig.kernel.simulatedCgroup("/web/inner").set(CgroupRecord.PIDS, 11);
    rig.kernel.simulatedCgroup("/").set(CgroupRecord.PIDS, 2000);
    rig.pass(Rig.SECOND);
    assertTrue(text(inner).contains(" entity=cgroups/web/groups/inner "));
    assertTrue(text(root).contains(" entity=cgroups pid=0 "));
    List<String> entities = new ArrayList<>();
    for (String line : text(each).split("\n")) {
      entities.add(line.replaceAll(".* entity=(\\S+) .*", "$1"));
    }
    assertEquals(
        List.of("cgroups/%6Demory", "cgroups/web/groups/inner"),
        entities.stream().sorted().toList());
    List.of(each, inner, root).forEach(OpenFile::release);
  }

  private static String text(OpenFile file) {
    return Optional.ofNullable(Rig.text(Rig.readOnce(file, 0, 4096))).orElse("");
  }

  @Test
  void theTableOfHogs() {
    web.cpu(50);
    rig.kernel.simulatedCgroup("/memory").cpu(80);
    rig.read("hogs/cgroups");
    rig.clock.advance(10 * Rig.SECOND);
    List<String> rows =
        rig.read("hogs/cgroups").lines().map(row -> row.replaceAll(" +", " ")).toList();
    assertTrue(
        rows.get(1).startsWith("80.00 8.000 10.000 8.000 ") && rows.get(1).endsWith("/memory"));
    assertTrue(rows.get(2).startsWith("50.00 5.000 ") && rows.get(2).endsWith(" 2 /web"));
    assertEquals(4, rows.size(), "the root is not among them");
  }

  private int count(String path, RecordType type) throws Exception {
    ByteBuffer bulk = ByteBuffer.wrap(rig.read(path).getBytes(StandardCharsets.ISO_8859_1));
    int[] count = new int[1];
    new BulkReader(bulk.order(ByteOrder.LITTLE_ENDIAN)).forEach(type, record -> count[0]++);
    return count[0];
  }
}
