package kifs.fs.transport.direct.session;

import static kifs.fs.transport.direct.session.FakeKernel.is;
import static kifs.fs.transport.direct.session.FakeKernel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.fs.transport.direct.protocol.Opcode;
import kifs.fs.tree.Errno;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel is answered about nodes and listings, without a kernel. */
class SessionTest {
  private static final int ENTRY_BYTES = 128;
  private static final int NAME_VALID = 16;

  /** The root counts as a name. */
  private static final long ROOT = 1;

  private final FakeTree tree = new FakeTree();
  private final FakeKernel kernel = new FakeKernel(tree);

  @AfterEach
  void allMemoryComesBack() {
    assertEquals(0, kernel.lent());
  }

  // --- the version ---

  private FakeKernel.Sent init(int major, int minor, int flags) {
    return kernel.ask(
        Opcode.INIT, 0, to -> to.putInt(major).putInt(minor).putInt(131072).putInt(flags));
  }

  @Test
  void bothSidesAgreeOnAVersion() {
    ByteBuffer answer = init(7, 45, -1).data();
    assertEquals(64, answer.capacity());
    assertEquals(7, answer.getInt(0));
    assertEquals(31, answer.getInt(4));
    assertEquals(256, answer.getShort(28));
    assertEquals(0, kernel.session().agreed().getCount());
  }

  @Test
  void onlyWhatTheKernelOffersIsUsed() {
    assertEquals(0, init(7, 31, 0).data().getInt(12));
  }

  @Test
  void anOlderVersionIsRefused() {
    is(Errno.EPROTO, init(7, 30, -1));
    assertEquals(
        "the kernel speaks version 7.30 of the FUSE protocol, and kifs needs 7.31",
        kernel.session().refusal().orElseThrow());
    assertEquals(0, kernel.session().agreed().getCount());
  }

  /** The kernel then asks again with the version that kifs speaks. */
  @Test
  void aNewerMajorVersionIsAnsweredWithOurs() {
    assertEquals(7, init(8, 0, -1).data().getInt(0));
    assertEquals(1, kernel.session().agreed().getCount());
  }

  // --- nodes ---

  @Test
  void aNameThatLastsIsRememberedAndAnEntityIsNot() {
    tree.entities.put("entity1", "first");
    assertEquals(1, kernel.lookup(Nodes.ROOT, "text").data().getLong(NAME_VALID));
    assertEquals(0, kernel.lookup(Nodes.ROOT, "entity1").data().getLong(NAME_VALID));
  }

  @Test
  void aNameHasOneNumberAsLongAsItsEntityIsTheSame() {
    tree.entities.put("entity1", "first");
    long first = kernel.find("entity1");
    assertEquals(first, kernel.find("entity1"));
    tree.entities.put("entity1", "second");
    assertNotEquals(first, kernel.find("entity1"));
  }

  /** The kernel counts each answer that has a node's number. */
  @Test
  void aNodeIsKnownUntilItIsForgottenAsOftenAsItWasFound() {
    long text = kernel.find("text");
    kernel.find("text");
    kernel.request(Opcode.FORGET, text, to -> to.putLong(1));
    assertEquals(0, kernel.ask(Opcode.GETATTR, text, to -> to.putLong(0).putLong(0)).error());
    assertEquals(1 + ROOT, kernel.session().usage().names());
    kernel.request(
        Opcode.BATCH_FORGET,
        0,
        to -> to.putInt(2).putInt(0).putLong(text).putLong(1).putLong(99).putLong(1));
    is(Errno.ESTALE, kernel.ask(Opcode.GETATTR, text, to -> to.putLong(0).putLong(0)));
    assertEquals(ROOT, kernel.session().usage().names());
    assertNotEquals(text, kernel.find("text"));
  }

  @Test
  void theRootIsNeverForgotten() {
    kernel.request(Opcode.FORGET, Nodes.ROOT, to -> to.putLong(1000));
    assertTrue(kernel.find("text") > Nodes.ROOT);
  }

  @Test
  void errorsOfALookup() {
    is(Errno.ENOENT, kernel.lookup(Nodes.ROOT, "nothing"));
    is(Errno.ENOTDIR, kernel.lookup(kernel.find("text"), "x"));
    is(Errno.ENAMETOOLONG, kernel.lookup(Nodes.ROOT, "x".repeat(1025)));
    is(Errno.ESTALE, kernel.lookup(4711, "x"));
  }

  /** A working directory outlives its entity, and what is below it is not another entity's. */
  @Test
  void anEntityThatHasVanishedStillHasAttributes() {
    tree.entities.put("entity1", "first");
    long entity = kernel.find("entity1");
    tree.entities.remove("entity1");
    assertEquals(0, kernel.ask(Opcode.GETATTR, entity, to -> to.putLong(0).putLong(0)).error());
    is(Errno.ENOENT, kernel.lookup(Nodes.ROOT, "entity1"));
  }

  @Test
  void nothingIsFoundBelowAnEntityThatHasVanished() {
    tree.entities.put("entity1", "first");
    long entity = kernel.find("entity1");
    long text = kernel.lookup(entity, "text").data().getLong(0);
    tree.entities.put("entity1", "second");
    assertNotEquals(entity, kernel.find("entity1"));
    is(Errno.ENOENT, kernel.lookup(entity, "limit"));
    is(Errno.ENOENT, kernel.answered(kernel.open(text, 0)));
  }

  /** Names below an entity are remembered, so an open may come without a lookup of the name. */
  @Test
  void whatIsBelowAnEntityIsThatOfItsLastLookup() {
    tree.entities.put("entity1", "first");
    long entity = kernel.find("entity1");
    long node = kernel.lookup(entity, "incarnation").data().getLong(0);
    long handle = kernel.handle(node);
    assertEquals("first", text(kernel.answered(kernel.read(node, handle, 0, 99))));
    tree.lasting = true;
    tree.entities.put("entity1", "second");
    kernel.find("entity1");
    long other = kernel.handle(node);
    assertEquals("second", text(kernel.answered(kernel.read(node, other, 0, 99))));
    assertEquals("first", text(kernel.answered(kernel.read(node, handle, 0, 99))));
  }

  @Test
  void onlyATruncationBeforeAWriteIsAccepted() {
    int size = 8;
    int mode = 1;
    assertEquals(0, setattr("limit", size).error());
    is(Errno.EACCES, setattr("text", size));
    is(Errno.EROFS, setattr("limit", mode));
  }

  private FakeKernel.Sent setattr(String name, int valid) {
    return kernel.ask(Opcode.SETATTR, kernel.find(name), to -> to.putInt(valid).put(new byte[84]));
  }

  @Test
  void aLink() {
    byte[] target = kernel.ask(Opcode.READLINK, kernel.find("link"), to -> {}).body();
    assertEquals("text", new String(target, StandardCharsets.UTF_8));
    is(Errno.EINVAL, kernel.ask(Opcode.READLINK, kernel.find("text"), to -> {}));
  }

  @Test
  void operationsThatWouldChangeTheTree() {
    is(Errno.EROFS, kernel.ask(Opcode.UNLINK, Nodes.ROOT, FakeKernel.named("text")));
    is(Errno.EROFS, kernel.ask(Opcode.MKDIR, Nodes.ROOT, FakeKernel.named("new")));
    is(Errno.ENOSYS, kernel.ask(Opcode.OTHER, Nodes.ROOT, to -> {}));
  }

  // --- listings ---

  private record Listed(List<String> names, List<Long> nodes, long next) {}

  private Listed list(boolean isPlus, long handle, long offset, int bytes) {
    ByteBuffer page =
        kernel
            .ask(
                isPlus ? Opcode.READDIRPLUS : Opcode.READDIR,
                Nodes.ROOT,
                to -> to.putLong(handle).putLong(offset).putInt(bytes).putInt(0))
            .data();
    assertTrue(page.capacity() <= bytes);
    List<String> names = new ArrayList<>();
    List<Long> nodes = new ArrayList<>();
    long next = offset;
    while (page.hasRemaining()) {
      int begin = page.position() + (isPlus ? ENTRY_BYTES : 0);
      nodes.add(isPlus ? page.getLong(page.position()) : 0L);
      next = page.getLong(begin + 8);
      byte[] name = new byte[page.getInt(begin + 16)];
      page.get(begin + 24, name);
      names.add(new String(name, StandardCharsets.UTF_8));
      page.position((begin + 24 + name.length + 7) / 8 * 8);
    }
    return new Listed(names, nodes, next);
  }

  private long opendir() {
    return kernel.ask(Opcode.OPENDIR, Nodes.ROOT, to -> to.putInt(0).putInt(0)).data().getLong(0);
  }

  @Test
  void aListingIsReadInPages() {
    long handle = opendir();
    List<String> names = new ArrayList<>();
    Listed page = list(false, handle, 0, 64);
    while (!page.names().isEmpty()) {
      names.addAll(page.names());
      page = list(false, handle, page.next(), 64);
    }
    assertEquals(List.of(".", "..", "text", "entity1", "below"), names);
  }

  /** Each node in a listing counts as found. A name that doesn't last has none. */
  @Test
  void aListingWithAttributesNeedsNoLookups() {
    tree.entities.put("entity1", "first");
    Listed listed = list(true, opendir(), 0, 4096);
    assertEquals(List.of(".", "..", "text", "entity1", "below"), listed.names());
    assertEquals(listed.nodes().get(2), kernel.find("text"));
    assertEquals(0, listed.nodes().get(3));
    assertEquals(2 + ROOT, kernel.session().usage().names());
    kernel.request(Opcode.FORGET, listed.nodes().get(2), to -> to.putLong(2));
    assertEquals(1 + ROOT, kernel.session().usage().names());
  }

  @Test
  void aListingThatIsClosed() {
    long handle = opendir();
    kernel.ask(Opcode.RELEASEDIR, Nodes.ROOT, to -> to.putLong(handle));
    is(
        Errno.EBADF,
        kernel.ask(
            Opcode.READDIR, Nodes.ROOT, to -> to.putLong(handle).putLong(0).putInt(9).putInt(0)));
  }
}
