package kifs.fs.root;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Every lookup ends in a node or in one of the errors for names in docs/tree.md. */
class LookupTest {
  private static final Caller CLIENT = new Caller(0, 0, 41);
  private static final Set<Errno> OF_NAMES = Set.of(Errno.ENOENT, Errno.EINVAL, Errno.ENOTDIR);

  private static Rig rig() {
    Rig rig = new Rig();
    rig.kernel.spawn(1, "init").rss(1 << 20).fds(10);
    rig.kernel.spawn(42, "a (b) c\n").threads(3).uid(1000).cgroup("/a/b");
    return rig;
  }

  /** Paths of words that occur in the tree, and of words that don't. */
  @Provide
  Arbitrary<List<String>> paths() {
    Arbitrary<String> known =
        Arbitraries.of(
            "processes",
            "42",
            "1",
            "43",
            "self",
            "each",
            "sum",
            "threads",
            "44",
            "system",
            "schema",
            "notify",
            "rss",
            "fds",
            "cpu",
            "exit",
            "above",
            "below",
            "changes",
            "occurs",
            "any",
            "10M",
            "5%",
            "bulk",
            "bulk?pid=42",
            "bulk?cgroup=",
            "stat",
            "comm",
            "README");
    Arbitrary<String> values =
        Arbitraries.strings().withChars("0123456789.KMGTsmh%,=foverclrwab?&-+ ").ofMaxLength(20);
    Arbitrary<String> queries =
        Arbitraries.strings()
            .withChars("tagspiduomcrefltS=,&%0123456789/\u00ff")
            .ofMaxLength(30)
            .map(query -> "bulk?" + query.replace("/", ""));
    Arbitrary<String> anything =
        Arbitraries.strings().ofMinLength(1).ofMaxLength(300).map(name -> name.replace('/', '_'));
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(8, known),
            net.jqwik.api.Tuple.of(2, values),
            net.jqwik.api.Tuple.of(2, queries),
            net.jqwik.api.Tuple.of(1, anything))
        .filter(name -> !name.isEmpty())
        .list()
        .ofMinSize(1)
        .ofMaxSize(7);
  }

  @Property(tries = 3000)
  void randomPaths(@ForAll("paths") List<String> words) {
    try (Rig rig = rig()) {
      String path = "/" + String.join("/", words);
      Node node;
      try {
        node = rig.tree.resolve(path, Rig.CALLER);
      } catch (FsException e) {
        assertTrue(OF_NAMES.contains(e.errno()), path + ": " + e.errno());
        return;
      }
      assertTrue(node.permissions() > 0);
      if (node instanceof Directory directory) {
        directory.list(Rig.CALLER).forEach(entry -> directory.lookup(entry.name(), Rig.CALLER));
      }
      if (node instanceof FileNode) {
        Errno errno = rig.errno(path.substring(1));
        assertTrue(
            errno == null || errno == Errno.ENOENT || errno == Errno.ESRCH, path + ": " + errno);
      }
    }
  }

  /** Every listed name can be looked up, has the kind that the listing shows, and can be read. */
  @Test
  void everythingListedIsThereAndCanBeRead() {
    try (Rig rig = rig()) {
      int files = walk(rig, "");
      assertTrue(files > 300, files + " files");
      assertEquals(0, rig.notifier.status().waiters());
      assertEquals(0, rig.pool.lentBytes());
    }
  }

  private static int walk(Rig rig, String path) {
    int files = 0;
    for (Directory.Entry entry :
        ((Directory) rig.tree.resolve("/" + path, Rig.CALLER)).list(Rig.CALLER)) {
      String name = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      Node node = rig.node(name);
      assertEquals(entry.kind(), node.kind(), name);
      if (entry.kind() == Kind.DIRECTORY) {
        files += walk(rig, name);
      } else if (entry.kind() == Kind.FILE) {
        // Without a deadlock, locks/deadlocks is empty; without a refused name, so is errors.
        boolean mayBeEmpty = name.equals("locks/deadlocks") || name.matches("(.*/notify/)?errors");
        assertTrue(mayBeEmpty || !rig.read(name).isEmpty(), name);
        files++;
      }
    }
    return files;
  }

  /** A name that can vanish must be looked up each time. A name that lasts need not. */
  @Test
  void everyNameExceptThoseOfEntitiesLasts() {
    try (Rig rig = rig()) {
      for (String name : List.of("1", "42", "42/threads/42", "42/threads/43", "1/fds/0")) {
        assertFalse(rig.tree.find("/processes/" + name, Rig.CALLER).lasts(), name);
      }
      for (String name : List.of("processes", "processes/self", "processes/42/rss", "shm/each")) {
        assertTrue(rig.tree.find("/" + name, Rig.CALLER).lasts(), name);
      }
      for (String name : List.of("threads", "threads/43/comm", "notify/rss/above", "fds/bulk")) {
        assertTrue(rig.tree.find("/processes/42/" + name, Rig.CALLER).lasts(), name);
      }
    }
  }

  @Test
  void aBulkWithAQuery() {
    try (Rig rig = rig()) {
      assertNull(rig.errno("bulk?pid=42"));
      assertNull(rig.errno("bulk?cgroup=/a"));
      assertNull(rig.errno("bulk?cgroup=%2Fa%2Fb&tags=process"));
      assertNull(rig.errno("processes/42/bulk?tags=limits"));
      assertEquals(Errno.EINVAL, rig.errno("bulk?"));
      assertEquals(Errno.EINVAL, rig.errno("bulk?pid=x"));
      assertEquals(Errno.EINVAL, rig.errno("processes/42/bulk?tags=system"));
      assertEquals(Errno.ENOENT, rig.errno("README?pid=1"));
      assertEquals(Errno.ENOENT, rig.errno("processes/each/bulk?pid=1"));
      assertEquals(Errno.ENOTDIR, rig.errno("bulk?cgroup=/a/b"));
    }
  }

  @Test
  void attributesOfAProcess() {
    try (Rig rig = rig()) {
      assertEquals("a (b) c\\n\n", rig.read("processes/42/comm"));
      assertEquals("3\n", rig.read("processes/42/threads.count"));
      assertEquals("1000\n", rig.read("processes/42/uid"));
      assertEquals("/a/b\n", rig.read("processes/42/cgroup"));
      assertEquals("2\n", rig.read("processes/sum/processes"));
      assertEquals((1 << 20) + "\n", rig.read("processes/1/rss"));
    }
  }

  /** docs/notify.md 9.8: a client that got an error finds the reason. */
  @Test
  void theReasonOfAnErrorIsInTheFileErrors() {
    try (Rig rig = rig()) {
      Caller user = new Caller(1000, 1000, 1);
      Caller other = new Caller(1001, 1001, 1);
      for (String name : List.of("rss/above/100MB", "rs", "rss/abov")) {
        FsException e =
            assertThrows(FsException.class, () -> rig.node("processes/42/notify/" + name));
        e.answeredTo(user);
      }
      String errors = text(rig, user);
      assertTrue(
          errors.contains(
              " uid=1000 error=EINVAL times=1 name=processes/42/notify/rss/above/100MB"
                  + " reason=100MB: no unit MB; K M G T are powers of 1024"),
          errors);
      assertTrue(errors.contains(" reason=no metric rs here; did you mean rss?\n"), errors);
      assertTrue(errors.contains(" reason=no predicate abov of rss; it has above "), errors);
      assertEquals("", text(rig, other));
      assertEquals(errors, text(rig, new Caller(0, 0, 1)));
    }
  }

  /** A query is refused with a reason, too, wherever its name is, or when it is written. */
  @Test
  void theReasonsOfQueriesAreInTheFileErrors() {
    try (Rig rig = rig()) {
      Caller user = new Caller(1000, 1000, 77);
      for (String name :
          List.of(
              "bulk?tags=proces",
              "processes/bulk?uid=root",
              "processes/42/bulk?tags=cgroup",
              "processes/sum/bulk?state=Q",
              "hogs/cpu?top=many",
              "metrics?top=0",
              "processes/each/notify/rss/above/1,cgroup=")) {
        assertThrows(FsException.class, () -> rig.node(name)).answeredTo(user);
      }
      OpenFile bulk = rig.open("system/bulk");
      ByteBuffer query = ByteBuffer.wrap("stae=D\n".getBytes(UTF_8));
      assertThrows(FsException.class, () -> bulk.write(user, 0, query));
      bulk.release();
      OpenFile file = Rig.done(((FileNode) rig.node("errors")).open(user, Rig.PLAIN));
      String errors = Rig.read(file, 0);
      assertEquals(8, errors.lines().filter(line -> line.contains(" tid=77 ")).count(), errors);
      for (String end :
          List.of(
              "name=bulk?tags\\x3dproces reason=unknown tag: proces; tags are system cpu ",
              "name=processes/bulk?uid\\x3droot reason=not a number: root; ids are decimal",
              "name=processes/42/bulk?tags\\x3dcgroup reason=this bulk has no tag cgroup; it has ",
              "name=processes/sum/bulk?state\\x3dQ reason=not a state: Q; one letter of ",
              "name=hogs/cpu?top\\x3dmany reason=not a number of rows",
              "name=metrics?top\\x3d0 reason=not top=1 to ",
              "reason=cgroup=: not a cgroup: ; a slash in its path is written as %2F",
              "name=system/bulk?stae\\x3dD reason=unknown key: stae; keys are tags pid ")) {
        assertTrue(errors.contains(end), () -> end + "\n" + errors);
      }
    }
  }

  /** An option that doesn't fit the entity is found only when the threshold is opened. */
  @Test
  void theReasonOfAnOptionThatDoesNotFitIsInTheFileErrors() {
    try (Rig rig = rig()) {
      FileNode node = (FileNode) rig.node("processes/42/notify/rss/above/1T,uid=0");
      FsException e = assertThrows(FsException.class, () -> node.open(CLIENT, Rig.NON_BLOCKING));
      assertEquals(Errno.EINVAL, e.errno());
      e.answeredTo(CLIENT);
      String errors = text(rig, CLIENT);
      assertTrue(errors.contains("/1T,uid\\x3d0 reason=the options comm, uid and cgroup"), errors);
    }
  }

  /** The README of a notify/ has only what can be used there. */
  @Test
  void aReadmeHasOnlyWhatFits() {
    try (Rig rig = rig()) {
      String locks = rig.read("locks/notify/README");
      assertTrue(locks.contains("occurs") && locks.contains("follow"), locks);
      assertFalse(locks.matches("(?s).*(above|over=|for=|clear=|comm=|powers).*"), locks);
      assertTrue(rig.read("processes/each/notify/README").contains("cgroup=web%2Fworkers"));
      assertFalse(rig.read("system/notify/README").contains("comm="));
    }
  }

  private static String text(Rig rig, Caller caller) {
    FileNode errors = (FileNode) rig.node("system/notify/errors");
    OpenFile file = Rig.done(errors.open(caller, Rig.PLAIN));
    return Rig.read(file, 0);
  }
}
