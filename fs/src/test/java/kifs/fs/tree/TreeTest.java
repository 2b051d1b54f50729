package kifs.fs.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TreeTest {
  /**
   * A chain of directories. In the directory at depth n, the name n+1 is a directory, a name that
   * begins with "link" is a link, and there are no other names.
   */
  private record Chain(int depth) implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      if (name.equals(Integer.toString(depth + 1))) {
        return new Chain(depth + 1);
      }
      if (name.startsWith("link")) {
        return (Link) client -> "elsewhere";
      }
      throw new FsException(Errno.ENOENT, name);
    }

    @Override
    public boolean lasts(String name) {
      return name.startsWith("link");
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of();
    }
  }

  private static final Caller CALLER = new Caller(0, 0, 1);

  private final Directory root = new Chain(0);
  private final Tree tree = new Tree(root);

  @Test
  void pathsFromTheMountpoint() {
    assertSame(root, tree.resolve("/", CALLER));
    assertEquals(new Chain(1), tree.resolve("/1", CALLER));
    assertEquals(new Chain(3), tree.resolve("/1/2/3", CALLER));
    assertEquals(Kind.LINK, tree.resolve("/1/link", CALLER).kind());
  }

  @Test
  void namesThatLast() {
    assertTrue(tree.find("/", CALLER).lasts());
    assertTrue(tree.find("/1/link", CALLER).lasts());
    assertFalse(tree.find("/1/2", CALLER).lasts());
  }

  @Test
  void errors() {
    assertEquals(Errno.ENOENT, errno("/2"));
    assertEquals(Errno.ENOENT, errno("/1/2/4"));
    assertEquals(Errno.ENOTDIR, errno("/link/x"));
    assertEquals(Errno.ENOENT, errno("/" + "x".repeat(1024)));
    assertEquals(Errno.ENAMETOOLONG, errno("/" + "x".repeat(1025)));
    assertEquals(Errno.ENAMETOOLONG, errno("/1/" + "x".repeat(100_000) + "/1"));
    assertEquals(Errno.ENOENT, errno("//"));
  }

  private Errno errno(String path) {
    return assertThrows(FsException.class, () -> tree.resolve(path, CALLER)).errno();
  }
}
