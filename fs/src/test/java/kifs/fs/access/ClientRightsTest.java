package kifs.fs.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kifs.fs.tree.Caller;
import kifs.kernel.limits.ClientIdentity;
import org.junit.jupiter.api.Test;

/** The rights of a client are those that /proc shows of its thread. */
class ClientRightsTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  private static long id(String key) throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(l -> l.startsWith(key))
            .findFirst()
            .orElseThrow();
    return key.startsWith("Cap")
        ? Long.parseUnsignedLong(line.split("\\s+")[1], 16)
        : Long.parseLong(line.split("\\s+")[4]);
  }

  @Test
  void ofThisProcess() throws IOException {
    Caller self = new Caller(id("Uid:"), id("Gid:"), SELF);
    ClientRights rights = Callers.rights(self).orElseThrow();
    assertEquals(id("CapEff:"), rights.capabilities());
    assertTrue(rights.groups().contains(id("Gid:")));
    assertTrue(rights.isInOwnUserNamespace());
  }

  @Test
  void theIdentityOfThisProcess() throws IOException {
    Caller self = new Caller(id("Uid:"), id("Gid:"), SELF);
    ClientIdentity identity = Callers.identity(self).orElseThrow();
    assertEquals(id("Uid:"), identity.realUid());
    assertEquals(id("Uid:"), identity.uid());
    assertEquals(id("Gid:"), identity.realGid());
    assertEquals(id("Gid:"), identity.gid());
    assertEquals(id("CapEff:"), identity.capabilities());
    assertEquals(id("CapPrm:"), identity.permitted());
    assertTrue(Callers.identity(new Caller(id("Uid:") + 1, id("Gid:"), SELF)).isEmpty());
    assertTrue(Callers.identity(new Caller(id("Uid:"), id("Gid:"), 0)).isEmpty());
  }

  /** The ids that the kernel gives and those that /proc shows must be of one thread. */
  @Test
  void ofAClientThatIsNotTheThread() throws IOException {
    assertTrue(Callers.rights(new Caller(id("Uid:") + 1, id("Gid:"), SELF)).isEmpty());
    boolean isRoot = id("Uid:") == 0;
    assertTrue(isRoot || Callers.rights(new Caller(id("Uid:"), id("Gid:") + 1, SELF)).isEmpty());
    assertTrue(Callers.rights(new Caller(id("Uid:"), id("Gid:"), 0)).isEmpty());
    assertTrue(Callers.rights(new Caller(id("Uid:"), id("Gid:"), Integer.MAX_VALUE)).isEmpty());
  }

  @Test
  void aClientWithoutRightsSeesNothingOfOthers() {
    AccessRules rules =
        new AccessRules(
            AccessOptions.DEFAULT, caller -> Optional.empty(), caller -> Optional.empty());
    Viewer stranger = rules.viewer(new Caller(0, 0, 0));
    assertFalse(stranger.seesAll());
    assertEquals(0xFFFF_FFFFL, stranger.uid());
  }
}
