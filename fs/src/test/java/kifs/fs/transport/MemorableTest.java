package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.Node.Owner;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.Tree;
import org.junit.jupiter.api.Test;

/** What the kernel may remember depends on the node and on whether its name lasts. */
class MemorableTest {
  private record Owned(Owner owner) implements Directory {
    @Override
    public Node lookup(String name, Caller caller) {
      throw new FsException(Errno.ENOENT, name);
    }

    @Override
    public List<Entry> list(Caller caller) {
      return List.of();
    }
  }

  private record Writable(boolean isWritable) implements FileNode {
    @Override
    public CompletableFuture<OpenFile> open(Caller caller, OpenMode mode) {
      throw new FsException(Errno.EACCES, "not for this test");
    }
  }

  private static Memorable of(Node node, boolean lasts) {
    return Memorable.of(new Tree.Found(node, lasts));
  }

  @Test
  void aNameThatDoesNotLastIsLookedUpEachTime() {
    assertEquals(Memorable.ATTRIBUTES, of(new Owned(Owner.ROOT), false));
    assertEquals(Memorable.ATTRIBUTES, of(new Writable(false), false));
  }

  @Test
  void aNameIsRememberedWhereTheOwnerNeverChanges() {
    assertEquals(Memorable.NAME_AND_ATTRIBUTES, of(new Owned(Owner.ROOT), true));
    assertEquals(Memorable.NAME_AND_ATTRIBUTES, of(new Writable(false), true));
    assertEquals(Memorable.ATTRIBUTES, of(new Owned(new Owner(1000, 1000)), true));
  }

  /** Root may own a process, but the next process with its pid may belong to another user. */
  @Test
  void anOwnerThatOnlyHappensToBeRootMayChange() {
    assertEquals(Memorable.ATTRIBUTES, of(new Owned(new Owner(0, 0)), true));
  }

  @Test
  void theNameOfAWritableFileIsLookedUpEachTime() {
    assertEquals(Memorable.ATTRIBUTES, of(new Writable(true), true));
  }
}
