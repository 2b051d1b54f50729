package kifs.fs.transport.direct.session;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import kifs.fs.transport.Guard;
import kifs.fs.transport.OpenFiles;
import kifs.fs.transport.Waits;
import kifs.fs.transport.direct.protocol.InitReply;
import kifs.fs.transport.direct.protocol.Replies;
import kifs.fs.transport.direct.protocol.Request;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.OpenMode;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;

/**
 * Answers the requests about files. An open or a read that has to wait is answered by the thread
 * that completes what it waits for. Thread-safe.
 */
final class FileRequests {
  /** Offsets in the structs of requests; the handle is the first field of all but open's. */
  private static final int HANDLE = 0;

  private static final int OPEN_FLAGS = 0;
  private static final int OFFSET = 8;
  private static final int SIZE = 16;
  private static final int FLAGS = 32;
  private static final int WRITTEN = 40;
  private static final int POLL_HANDLE = 8;
  private static final int POLL_FLAGS = 16;

  /** A client is in poll(2), and wants to be woken. */
  private static final int SCHEDULE_NOTIFY = 1;

  private final Nodes nodes;
  private final Requests requests;
  private final Replier replier;
  private final OpenFiles files = new OpenFiles();
  private volatile boolean stopping;

  FileRequests(Nodes nodes, Requests requests, Replier replier) {
    this.nodes = nodes;
    this.requests = requests;
    this.replier = replier;
  }

  OpenFiles files() {
    return files;
  }

  /** From now on opens, reads and writes are refused; only releases succeed. */
  void stop() {
    stopping = true;
    requests.waits().endAll(goingAway());
    files.wakePollers();
  }

  private static FsException goingAway() {
    return new FsException(Errno.ENOTCONN, "the tree is going away");
  }

  private void refuseWhenStopping() {
    if (stopping) {
      throw goingAway();
    }
  }

  void open(Request request, Caller caller) {
    try {
      begin(request, caller);
    } catch (FsException e) {
      e.answeredTo(caller);
      throw e;
    }
  }

  private void begin(Request request, Caller caller) {
    refuseWhenStopping();
    KnownNode known = nodes.get(request.node());
    OpenMode mode = OpenMode.of(request.getInt(OPEN_FLAGS));
    if (!(nodes.node(known, caller) instanceof FileNode file)) {
      throw new FsException(Errno.EISDIR, known.path());
    }
    if (mode.writing() && !file.isWritable()) {
      throw new FsException(Errno.EACCES, "not writable");
    }
    Opening opening = new Opening(request.unique(), known, caller);
    files.admit(caller.uid());
    CompletableFuture<OpenFile> opened;
    try {
      opened = file.open(caller, mode);
    } catch (Throwable e) {
      files.dismiss(caller.uid());
      throw e;
    }
    requests.await(request.unique(), opened, () -> finish(opening, opened));
  }

  private record Opening(long unique, KnownNode known, Caller caller) {}

  private void finish(Opening opening, CompletableFuture<OpenFile> opened) {
    long uid = opening.caller().uid();
    int result =
        Guard.run(
            "open",
            opening.known(),
            () -> {
              OpenFile file;
              try {
                file = Waits.result(opened);
              } catch (Throwable e) {
                files.dismiss(uid);
                if (e instanceof FsException answered) {
                  answered.answeredTo(opening.caller());
                }
                throw e;
              }
              answer(opening.unique(), files.add(uid, file, () -> {}), file);
              return 0;
            });
    if (result < 0) {
      replier.error(opening.unique(), -result);
    }
  }

  private void answer(long unique, long handle, OpenFile file) {
    int flags = Replies.DIRECT_IO | Replies.NOFLUSH | (file.isStream() ? Replies.STREAM : 0);
    boolean sent = false;
    try {
      sent = replier.reply(unique, Replies.OPEN_BYTES, to -> Replies.opened(to, handle, flags));
    } finally {
      if (!sent) {
        // The client doesn't have the file, so no release will come.
        files.remove(handle);
      }
    }
  }

  void read(Request request) {
    OpenFile file = file(request);
    boolean nonBlocking = OpenMode.of(request.getInt(FLAGS)).nonBlocking();
    int size = Math.max(0, Math.min(request.getInt(SIZE), InitReply.MAX_READ_BYTES));
    long offset = file.isStream() ? OpenFile.NEXT : request.getLong(OFFSET);
    attempt(new Reading(request.unique(), file, offset, size, nonBlocking));
  }

  private record Reading(long unique, OpenFile file, long offset, int size, boolean nonBlocking) {}

  private void attempt(Reading reading) {
    refuseWhenStopping();
    CompletableFuture<Void> ready = reading.file().prepare(reading.offset(), reading.nonBlocking());
    requests.await(reading.unique(), ready, () -> finish(reading, ready));
  }

  private void finish(Reading reading, CompletableFuture<Void> ready) {
    int result =
        Guard.run(
            "read",
            "",
            () -> {
              Waits.result(ready);
              if (answer(reading)) {
                return 0;
              }
              if (reading.nonBlocking()) {
                return -Errno.EAGAIN.number();
              }
              attempt(reading);
              return 0;
            });
    if (result < 0) {
      replier.error(reading.unique(), -result);
    }
  }

  /** Answers a read. Returns false if another reader took the data first. */
  private boolean answer(Reading reading) {
    try (Answer answer = replier.begin(reading.size())) {
      ByteBuffer buffer = answer.buffer();
      int begin = buffer.position();
      int length = reading.file().read(reading.offset(), buffer.slice(begin, reading.size()));
      if (length == OpenFile.AGAIN) {
        return false;
      }
      buffer.position(begin + length);
      replier.end(answer, reading.unique());
      return true;
    }
  }

  void write(Request request, Caller caller) {
    refuseWhenStopping();
    ByteBuffer from = request.bytes(WRITTEN, request.getInt(SIZE));
    int written = file(request).write(caller, request.getLong(OFFSET), from);
    replier.reply(request.unique(), Replies.NUMBER_BYTES, to -> Replies.number(to, written));
  }

  void poll(Request request) {
    boolean isWaiting = (request.getInt(POLL_FLAGS) & SCHEDULE_NOTIFY) != 0;
    long handle = request.getLong(POLL_HANDLE);
    int ready = file(request).poll(isWaiting ? new Poller(handle) : null);
    int events = stopping ? ready | PollEvents.HUP | PollEvents.ERR : ready;
    replier.reply(request.unique(), Replies.NUMBER_BYTES, to -> Replies.number(to, events));
  }

  /** A client in poll(2). The kernel ignores a handle that it doesn't have any more. */
  private final class Poller implements PollHandle {
    private final long handle;

    Poller(long handle) {
      this.handle = handle;
    }

    @Override
    public void wake() {
      replier.send(to -> Replies.pollAgain(to, handle));
    }

    @Override
    public void close() {}
  }

  void release(Request request) {
    files.remove(request.getLong(HANDLE));
    replier.done(request.unique());
  }

  private OpenFile file(Request request) {
    OpenFile file = files.get(request.getLong(HANDLE));
    if (file == null) {
      throw stopping ? goingAway() : new FsException(Errno.EBADF, "no file has this handle");
    }
    return file;
  }
}
