package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.fs.tree.Tree;
import kifs.kernel.schema.CHeader;
import kifs.kernel.schema.PythonModule;
import kifs.kernel.schema.RecordsJson;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths are resolved to nodes. */
class TreeTest {
  private static final Rig RIG = new Rig();
  private static final Tree TREE = RIG.tree;

  static {
    RIG.kernel.spawn(100, "java").threads(2).cgroup("/a/b");
  }

  /**
   * Another engine may run the properties later. They only resolve names, which a closed rig can do
   * too.
   */
  @AfterAll
  static void close() {
    RIG.close();
  }

  private static Errno error(String path) {
    return assertThrows(FsException.class, () -> TREE.resolve(path, Rig.CALLER), path).errno();
  }

  @Test
  void theRoot() {
    assertInstanceOf(Directory.class, TREE.resolve("/", Rig.CALLER));
  }

  @ParameterizedTest
  @CsvSource({
    "/README, FILE",
    "/bulk, FILE",
    "/bulk?uid=0, FILE",
    "/bulk?comm=%6a%61va, FILE",
    "/bulk?comm=%2F, FILE",
    "/processes/bulk?cgroup=, DIRECTORY",
    "/processes/bulk?cgroup=/a, FILE",
    "/system, DIRECTORY",
    "/system/load, FILE",
    "/processes/100, DIRECTORY",
    "/processes/100/, DIRECTORY",
    "/processes/self, LINK",
    "/processes/100/threads, DIRECTORY",
    "/processes/100/threads.count, FILE",
    "/processes/100/threads/101/comm, FILE",
    "/processes/100/notify/rss/above/50%, FILE",
    "/processes/each/notify/rss/above/1M, FILE"
  })
  void nodes(String path, Kind kind) {
    assertEquals(kind, TREE.resolve(path, Rig.CALLER).kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/nothing",
        "/README ",
        "/readme",
        "/%",
        "/%s%n",
        "/%2e",
        "/processes/101",
        "/processes/0100",
        "/processes/-1",
        "/processes/%d",
        "/processes/4294967396",
        "/processes/100/threads/102",
        "/processes/100/nothing/more",
        "/processes/100/notify/rss/beyond",
        "/processes/100/notify/load",
        "/bulk.json"
      })
  void noSuchName(String path) {
    assertEquals(Errno.ENOENT, error(path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bulk?",
        "/bulk?%",
        "/bulk?comm=%",
        "/bulk?comm=%4",
        "/bulk?comm=%zz",
        "/bulk?uid=%s",
        "/bulk?nonsense=1",
        "/processes/bulk?tags=snapshots",
        "/processes/100/bulk?tags=system",
        "/processes/100/notify/rss/above/%",
        "/processes/100/notify/rss/above/%s",
        "/processes/100/notify/rss/above/1M,nonsense"
      })
  void namesThatCannotBeUnderstood(String path) {
    assertEquals(Errno.EINVAL, error(path));
  }

  @Test
  void aPathBelowAFileIsENOTDIR() {
    assertEquals(Errno.ENOTDIR, error("/README/x"));
    assertEquals(Errno.ENOTDIR, error("/processes/100/comm/x/y"));
    assertEquals(
        Errno.ENOTDIR, error("/processes/self/comm"), "the kernel follows links, not the tree");
    assertEquals(Errno.ENOTDIR, error("/README/" + "x".repeat(2000)));
  }

  @Test
  void longNames() {
    assertEquals(Errno.ENOENT, error("/" + "x".repeat(1024)));
    assertEquals(Errno.ENAMETOOLONG, error("/" + "x".repeat(1025)));
    assertEquals(Errno.ENAMETOOLONG, error("/processes/" + "1".repeat(5000) + "/comm"));
    String query = "bulk?comm=" + "x".repeat(1014);
    assertInstanceOf(FileNode.class, TREE.resolve("/" + query, Rig.CALLER));
    assertEquals(Errno.ENAMETOOLONG, error("/" + query + "x"));
  }

  /** Every listed name can be resolved, and has the kind that the listing shows. */
  @Test
  void listingsAreTrue() {
    int[] seen = new int[1];
    check("", (Directory) TREE.resolve("/", Rig.CALLER), seen);
    assertTrue(seen[0] > 200, "entries: " + seen[0]);
  }

  private static void check(String path, Directory directory, int[] seen) {
    for (Directory.Entry entry : directory.list(Rig.CALLER)) {
      String name = path + "/" + entry.name();
      Node node = TREE.resolve(name, Rig.CALLER);
      assertEquals(entry.kind(), node.kind(), name);
      seen[0]++;
      if (node instanceof Directory inner) {
        check(name, inner, seen);
      }
    }
  }

  @Provide
  static Arbitrary<List<String>> paths() {
    Arbitrary<String> known =
        Arbitraries.of(
            "processes",
            "100",
            "101",
            "threads",
            "notify",
            "rss",
            "cpu",
            "exit",
            "above",
            "changes",
            "occurs",
            "any",
            "sum",
            "each",
            "self",
            "system",
            "bulk",
            "bulk?",
            "bulk?cgroup=",
            "bulk?comm=",
            "stat",
            "comm",
            "schema",
            "50%",
            "1M,for=",
            ",follow",
            "1e9",
            ".",
            "..");
    Arbitrary<String> wild = Arbitraries.strings().ofMaxLength(20).filter(s -> !s.contains("/"));
    Arbitrary<String> odd =
        Arbitraries.strings().withChars("%0123456789KMGms.,=?&-+abf").ofMaxLength(12);
    Arbitrary<String> bent = known.flatMap(name -> odd.map(tail -> name + tail));
    return Arbitraries.frequencyOf(
            Tuple.of(6, known), Tuple.of(1, wild), Tuple.of(1, odd), Tuple.of(2, bent))
        .list()
        .ofMinSize(1)
        .ofMaxSize(7);
  }

  /** The generated files are UTF-8, although other files are the kernel's raw bytes. */
  @Test
  void theSchemaIsAsItWasGenerated() {
    try (Rig rig = new Rig()) {
      assertTrue(CHeader.text().contains("…"));
      assertEquals(CHeader.text(), utf8(rig.read("schema/kifs.h")));
      assertEquals(RecordsJson.text(), utf8(rig.read("schema/records.json")));
      assertEquals(PythonModule.text(), utf8(rig.read("schema/kifs.py")));
    }
  }

  private static String utf8(String bytes) {
    return new String(Values.bytes(bytes), StandardCharsets.UTF_8);
  }

  /** Any path is answered by a node or by one of the errors for names. */
  @Property
  void anyNameIsAnswered(@ForAll("paths") List<String> names) {
    String path = "/" + String.join("/", names);
    try {
      Node node = TREE.resolve(path, Rig.CALLER);
      if (node instanceof Directory directory) {
        directory.list(Rig.CALLER);
      }
      assertTrue(node.permissions() > 0, path);
    } catch (FsException e) {
      assertTrue(
          Set.of(Errno.ENOENT, Errno.ENOTDIR, Errno.EINVAL).contains(e.errno()),
          () -> path + ": " + e);
    }
  }
}
