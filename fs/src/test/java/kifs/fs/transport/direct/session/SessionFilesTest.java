package kifs.fs.transport.direct.session;

import static java.util.Objects.requireNonNull;
import static kifs.fs.transport.direct.session.FakeKernel.is;
import static kifs.fs.transport.direct.session.FakeKernel.text;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.concurrent.CompletableFuture;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Opcode;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.tree.Errno;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.PollEvents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the kernel is answered about files, and who waits how long, without a kernel. */
class SessionFilesTest {
  private static final int O_WRONLY = 1;
  private static final int O_NONBLOCK = 04000;

  private final FakeTree tree = new FakeTree();
  private final FakeKernel kernel = new FakeKernel(tree);

  @AfterEach
  void allMemoryComesBack() {
    assertEquals(0, kernel.lent());
  }

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
    assertEquals(1, tree.released.get());
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
    tree.taken.set(1);
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
    tree.taken.set(1);
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
    assertEquals(1, tree.released.get());
  }
}
