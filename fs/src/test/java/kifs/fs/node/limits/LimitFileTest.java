package kifs.fs.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.AccessRules;
import kifs.fs.root.Rig;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.kernel.limits.BoundLimit;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import org.junit.jupiter.api.Test;

/** A write changes a limit with rights that both the opener and the writer have. */
class LimitFileTest {
  private static final Caller ROOT = new Caller(0, 0, 1);
  private static final Caller WEAK_ROOT = new Caller(0, 0, 2);
  private static final Caller USER = new Caller(1000, 1000, 3);
  private static final Caller UNKNOWN = new Caller(1000, 1000, 0);
  private static final long WEAK = 0x5;

  /** A limit that takes numbers, and notes by whom it was changed. */
  private static final class FakeLimit implements BoundLimit {
    private final List<ClientIdentity> writers = new ArrayList<>();
    private String value = "7";
    private boolean vanished;
    private boolean closed;

    @Override
    public String read() {
      if (vanished) {
        throw LimitException.vanished();
      }
      return value;
    }

    @Override
    public void write(String text, ClientIdentity client) {
      if (!text.matches("[0-9]+")) {
        throw LimitException.invalid("not a number");
      }
      read();
      writers.add(client);
      value = text;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private final FakeLimit limit = new FakeLimit();
  private final LimitNode node =
      new LimitNode(
          new AccessRules(
              AccessOptions.DEFAULT, caller -> Optional.empty(), LimitFileTest::identity),
          "processes/1/limits/fake",
          () -> limit,
          0666,
          () -> Node.Owner.ROOT);

  private static Optional<ClientIdentity> identity(Caller caller) {
    long capabilities = caller.uid() != 0 ? 0 : caller.equals(WEAK_ROOT) ? WEAK : -1;
    return caller.tid() == 0
        ? Optional.empty()
        : Optional.of(
            new ClientIdentity(
                caller.uid(),
                caller.uid(),
                caller.gid(),
                caller.gid(),
                Set.of(),
                capabilities,
                capabilities));
  }

  private OpenFile open(Caller caller) {
    return node.open(caller, new OpenMode(false, true)).join();
  }

  private static Errno refusal(OpenFile file, Caller writer, long offset, String text) {
    FsException e =
        assertThrows(FsException.class, () -> Rig.write(file, writer, offset, text), text);
    return e.errno();
  }

  @Test
  void aReadAtOffset0ReadsTheLimitAnew() {
    OpenFile file = open(USER);
    assertEquals("7\n", Rig.read(file, 0));
    assertEquals("", Rig.read(file, 2));
    limit.value = "81";
    assertEquals("\n", Rig.read(file, 1));
    assertEquals("81\n", Rig.read(file, 0));
  }

  @Test
  void aWriteChangesTheLimitWithTheRightsOfTheClient() {
    OpenFile file = open(USER);
    assertEquals(4, Rig.write(file, USER, 0, "200\n"));
    assertEquals("200\n", Rig.read(file, 0));
    assertEquals(identity(USER).stream().toList(), limit.writers);
  }

  @Test
  void blanksAroundTheValueDoNotCount() {
    assertEquals(7, Rig.write(open(USER), USER, 0, "  12 \n\n"));
    assertEquals("12", limit.value);
  }

  @Test
  void aDescriptorThatIsHandedOverGivesNothingAway() {
    assertEquals(Errno.EPERM, refusal(open(ROOT), USER, 0, "1"));
    assertEquals(Errno.EPERM, refusal(open(USER), ROOT, 0, "1"));
    assertEquals(List.of(), limit.writers);
  }

  @Test
  void onlyCapabilitiesOfBothCount() {
    Rig.write(open(ROOT), WEAK_ROOT, 0, "1");
    Rig.write(open(WEAK_ROOT), ROOT, 0, "1");
    assertEquals(
        List.of(WEAK, WEAK), limit.writers.stream().map(ClientIdentity::capabilities).toList());
    assertEquals(
        List.of(WEAK, WEAK), limit.writers.stream().map(ClientIdentity::permitted).toList());
  }

  @Test
  void aClientThatIsNotIdentifiedChangesNothing() {
    assertEquals(Errno.EPERM, refusal(open(UNKNOWN), USER, 0, "1"));
    assertEquals(Errno.EPERM, refusal(open(USER), UNKNOWN, 0, "1"));
    assertEquals(List.of(), limit.writers);
  }

  @Test
  void aDescriptorThatWasOpenedForReadingWritesNothing() {
    OpenFile file = node.open(USER, Rig.PLAIN).join();
    assertEquals(Errno.EPERM, refusal(file, USER, 0, "1"));
  }

  @Test
  void aRefusedWriteChangesNothing() {
    OpenFile file = open(ROOT);
    for (String bad : List.of("", "\n", "x", "1 2", "1\0", "1".repeat(4096), "9".repeat(9000))) {
      assertEquals(Errno.EINVAL, refusal(file, ROOT, 0, bad), bad);
    }
    assertEquals(Errno.EINVAL, refusal(file, ROOT, 1, "5"), "in two parts");
    assertEquals("7", limit.value);
  }

  @Test
  void theEntityHasVanished() {
    OpenFile file = open(ROOT);
    limit.vanished = true;
    assertEquals(Errno.ESRCH, refusal(file, ROOT, 0, "1"));
    assertEquals(Errno.ESRCH, assertThrows(FsException.class, () -> Rig.read(file, 0)).errno());
  }

  @Test
  void aReleasedFileClosesItsLimit() {
    OpenFile file = open(ROOT);
    assertFalse(limit.closed);
    file.release();
    assertTrue(limit.closed);
  }

  @Test
  void permissionsSayWhetherItIsWritable() {
    assertTrue(node.isWritable());
    assertEquals(0666, node.permissions());
  }
}
