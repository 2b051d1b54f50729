package kifs.fs.transport.direct.session;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Opcode;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.tree.Errno;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.PollEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel is answered, without a kernel. */
class SessionTest {
  private static final int O_WRONLY = 1;
  private static final int O_NONBLOCK = 04000;
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

  private static void is(Errno expected, FakeKernel.Sent answer) {
    assertEquals(-expected.number(), answer.error());
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

  private static String text(FakeKernel.Sent answer) {
    return new String(answer.body(), StandardCharsets.US_ASCII);
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

  // --- files ---

  @Test
  void aFileIsOpenedReadAndReleased() {
    long node = kernel.find("text");
    FakeKernel.Sent opened = kernel.answered(kernel.open(node, 0));
    assertEquals(Replies.DIRECT_IO | Replies.NOFLUSH, opened.data().getInt(8));
    long handle = opened.data().getLong(0);
    assertEquals(
        "text\n", text(kernel.answered(kernel.read(node, handle, 2, InitReply.MAX_READ_BYTES))));
    assertEquals(0, kernel.ask(Opcode.RELEASE, node, to -> to.putLong(handle)).error());
    is(Errno.EBADF, kernel.answered(kernel.read(node, handle, 0, 10)));
  }

  @Test
  void errorsOfAnOpen() {
    is(Errno.EISDIR, kernel.answered(kernel.open(kernel.find("below"), 0)));
    is(Errno.EACCES, kernel.answered(kernel.open(kernel.find("failing"), 0)));
    is(Errno.EACCES, kernel.answered(kernel.open(kernel.find("text"), O_WRONLY)));
    assertEquals(0, kernel.session().usage().files());
  }

  @Test
  void aWrite() {
    long node = kernel.find("limit");
    long handle = kernel.answered(kernel.open(node, O_WRONLY)).data().getLong(0);
    FakeKernel.Sent answer =
        kernel.ask(
            Opcode.WRITE,
            node,
            to ->
                to.putLong(handle)
                    .putLong(0)
                    .putInt(3)
                    .putInt(0)
                    .put(new byte[16])
                    .put(new byte[3]));
    assertEquals(3, answer.data().getInt(0));
  }

  @Test
  void aBlockedOpenIsAnsweredByWhoeverCompletesIt() {
    long open = kernel.open(kernel.find("blocked"), 0);
    assertFalse(kernel.isAnswered(open));
    tree.blocked.get(0).complete(tree.new Waiting());
    FakeKernel.Sent answer = kernel.answered(open);
    assertEquals(Replies.STREAM, answer.data().getInt(8) & Replies.STREAM);
    assertEquals(0, kernel.session().pending());
  }

  /** A client that is interrupted may ask again at once, and the node must know it by then. */
  @Test
  void anInterruptEndsABlockedOpenAndTheNodeKnowsFirst() {
    long open = kernel.open(kernel.find("blocked"), 0);
    CompletableFuture<OpenFile> opened = tree.blocked.get(0);
    opened.whenComplete((file, error) -> assertFalse(kernel.isAnswered(open)));
    kernel.interrupt(open);
    is(Errno.EINTR, kernel.answered(open));
    assertEquals(1, tree.ended.size());
    assertEquals(0, kernel.session().usage().files());
  }

  /** The kernel sends an interrupt again until its request is known. */
  @Test
  void anInterruptOfAnUnknownRequestIsSentAgain() {
    is(Errno.EAGAIN, kernel.answered(kernel.interrupt(4711)));
    long open = kernel.open(kernel.find("text"), 0);
    is(Errno.EAGAIN, kernel.answered(kernel.interrupt(open)));
  }

  @Test
  void ofAnEventAndAnInterruptTheFirstCounts() {
    long open = kernel.open(kernel.find("blocked"), 0);
    tree.blocked.get(0).complete(tree.new Waiting());
    kernel.interrupt(open);
    assertEquals(0, kernel.answered(open).error());
  }

  /** No release will come for a file of which the kernel doesn't know. */
  @Test
  void aFileIsReleasedIfTheConnectionIsAborted() {
    kernel.open(kernel.find("blocked"), 0);
    kernel.abort();
    tree.blocked.get(0).complete(tree.new Waiting());
    assertEquals(1, tree.released);
  }

  @Test
  void twoReadersOfAStreamWaitAndAreInterruptedAlone() {
    long node = kernel.find("waiting");
    long handle = kernel.handle(node);
    long first = kernel.read(node, handle, 0, 10);
    long second = kernel.read(node, handle, 0, 10);
    kernel.interrupt(second);
    is(Errno.EINTR, kernel.answered(second));
    assertFalse(kernel.isAnswered(first));
    tree.data.complete(null);
    assertEquals(1, kernel.answered(first).body().length);
    assertEquals(OpenFile.NEXT, kernel.answered(first).body()[0]);
  }

  @Test
  void aReaderWhoseDataAnotherTookWaitsAgain() {
    long node = kernel.find("waiting");
    long handle = kernel.handle(node);
    tree.taken = 1;
    long read = kernel.read(node, handle, 0, 10);
    CompletableFuture<Void> before = tree.data;
    tree.data = new CompletableFuture<>();
    before.complete(null);
    assertFalse(kernel.isAnswered(read));
    tree.data.complete(null);
    assertEquals(1, kernel.answered(read).body().length);
  }

  @Test
  void aReaderThatDoesNotWaitGetsEagainIfAnotherTookTheData() {
    long node = kernel.find("waiting");
    long handle = kernel.handle(node);
    tree.taken = 1;
    tree.data.complete(null);
    is(
        Errno.EAGAIN,
        kernel.ask(
            Opcode.READ,
            node,
            to ->
                to.putLong(handle)
                    .putLong(0)
                    .putInt(10)
                    .putInt(0)
                    .putLong(0)
                    .putInt(O_NONBLOCK)
                    .putInt(0)));
  }

  @Test
  void aPollerIsWokenByItsHandle() {
    long node = kernel.find("waiting");
    long handle = kernel.handle(node);
    FakeKernel.Sent answer =
        kernel.ask(Opcode.POLL, node, to -> to.putLong(handle).putLong(55).putInt(1).putInt(0));
    assertEquals(PollEvents.IN, answer.data().getInt(0));
    requireNonNull(tree.poller).wake();
    FakeKernel.Sent notification = kernel.answered(0);
    assertEquals(1, notification.error());
    assertEquals(55, notification.data().getLong(0));
  }

  /** A client without an answer could not even be killed. */
  @Test
  void withoutMemoryForAnAnswerTheClientGetsAnError() {
    long node = kernel.find("text");
    kernel.bePoor();
    is(Errno.ENOMEM, kernel.ask(Opcode.GETATTR, node, to -> to.putLong(0).putLong(0)));
    assertEquals(0, kernel.session().pending());
    long open = kernel.open(kernel.find("blocked"), 0);
    kernel.bePoor();
    tree.blocked.get(0).complete(tree.new Waiting());
    is(Errno.ENOMEM, kernel.answered(open));
  }

  // --- the end ---

  @Test
  void allWaitsEndWithTheTree() {
    long node = kernel.find("waiting");
    long handle = kernel.handle(node);
    long open = kernel.open(kernel.find("blocked"), 0);
    long read = kernel.read(node, handle, 0, 10);
    kernel.session().stop();
    is(Errno.ENOTCONN, kernel.answered(open));
    is(Errno.ENOTCONN, kernel.answered(read));
    is(Errno.ENOTCONN, kernel.answered(kernel.open(kernel.find("text"), 0)));
    is(Errno.ENOTCONN, kernel.answered(kernel.read(node, handle, 0, 10)));
    kernel.session().end();
    assertEquals(1, tree.released);
  }
}
