package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.transport.KnownNodes;
import kifs.fs.transport.Memorable;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Tree;
import kifs.kernel.source.Shortage;
import org.jspecify.annotations.Nullable;

/**
 * Lets the kernel remember the names that last and no others, and the attributes by which it checks
 * permissions without asking again. libfuse has one timeout for all names. So its answers to
 * lookups go through a channel of their own, which writes another timeout into the answers for
 * names that last.
 *
 * <p>Every path below an entity contains the name of the entity, which is looked up each time. So a
 * name remembered below the entity can't be reached after the entity has vanished. There is one
 * exception: a client whose working directory belongs to a vanished process may see names there
 * until the timeout. An open is never answered from memory.
 *
 * <p>The layouts are those of {@code linux/fuse.h} on 64-bit machines. An answer with another
 * layout is passed on unchanged.
 *
 * <p>Thread-safe: the threads of the session call it between {@link #begin} and {@link #end}.
 */
final class Lookups {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /** Offsets in struct fuse_in_header, and its size. */
  private static final int OPCODE = 4;

  private static final int NODE = 16;
  private static final int HEADER_BYTES = 40;

  /** FUSE_LOOKUP, FUSE_FORGET, FUSE_GETATTR, FUSE_BATCH_FORGET. */
  private static final int LOOKUP = 1;

  private static final int FORGET = 2;
  private static final int GETATTR = 3;
  private static final int BATCH_FORGET = 42;

  /** Offset of the first struct fuse_forget_one after the header of a batch, and its size. */
  private static final int FORGOTTEN = 8;

  private static final int FORGOTTEN_BYTES = 16;

  /** Offset in struct fuse_out_header. */
  private static final int ERROR = 4;

  /** Size of struct fuse_entry_out, and offsets in it. */
  private static final int ENTRY_BYTES = 128;

  private static final int ENTRY_VALID = 16;
  private static final int ATTRIBUTES_VALID = 24;

  /** Size of struct fuse_attr_out, which begins with the timeout. */
  private static final int ATTR_BYTES = 104;

  /** Layout of struct iovec. An answer has two: the header and the content. */
  private static final int IOVEC_LENGTH = Long.BYTES;

  private static final int IOVEC_BYTES = 2 * Long.BYTES;
  private static final int IOVECS = 2;

  /** Offset of send in struct fuse_chan_ops, between receive and destroy. */
  private static final int SEND = Long.BYTES;

  private static final int OPERATIONS_BYTES = 3 * Long.BYTES;

  /** The answer that a thread makes to a lookup or to a question for attributes. */
  private static final class Answer {
    /** What the kernel may remember of the node that was found; empty: nothing. */
    private Optional<Memorable> memorable = Optional.empty();

    /** The node in which a name is looked up. */
    private long parent;

    /** The path if the node is the directory of an entity. */
    private @Nullable String entity;
  }

  private final ThreadLocal<Answer> answers = ThreadLocal.withInitial(Answer::new);
  private final KnownNodes known = new KnownNodes();

  /**
   * This field keeps the function from the garbage collector, because libfuse calls it while the
   * session lives.
   */
  private final LibFuse2.SendFunction function = this::send;

  private long session;

  /** The channel for lookups; 0 if there is none, so that the kernel remembers nothing. */
  private long own;

  /** Makes the channel. It is called before the first request is answered. */
  void begin(long channel) {
    session = channel;
    own = Runtime.getSystemRuntime().addressSize() == Long.BYTES ? ownChannel() : 0;
  }

  private long ownChannel() {
    Pointer callback =
        Runtime.getSystemRuntime()
            .getClosureManager()
            .getClosurePointer(LibFuse2.SendFunction.class, function);
    long operations = MEMORY.allocateMemory(OPERATIONS_BYTES, true);
    MEMORY.putAddress(operations + SEND, callback.address());
    try {
      return FUSE.fuse_chan_new(operations, -1, 0, 0);
    } finally {
      MEMORY.freeMemory(operations);
    }
  }

  /** Destroys the channel. It is called after the last request was answered. */
  void end() {
    if (own != 0) {
      FUSE.fuse_chan_destroy(own);
    }
  }

  /** The nodes of which the kernel has names. */
  KnownNodes known() {
    return known;
  }

  /** The channel for the answer to a request. */
  long channelOf(long request) {
    try {
      return noteRequest(request);
    } catch (OutOfMemoryError e) {
      Shortage.MEMORY.count(1);
      return session;
    }
  }

  private long noteRequest(long request) {
    int opcode = own == 0 ? 0 : MEMORY.getInt(request + OPCODE);
    switch (opcode) {
      case LOOKUP, GETATTR -> {
        Answer answer = answers.get();
        answer.memorable = Optional.empty();
        answer.entity = null;
        answer.parent = MEMORY.getLong(request + NODE);
        return own;
      }
      case FORGET -> known.forgotten(MEMORY.getLong(request + NODE));
      case BATCH_FORGET -> forgetAll(request + HEADER_BYTES);
      default -> {}
    }
    return session;
  }

  private void forgetAll(long batch) {
    int count = MEMORY.getInt(batch);
    for (int i = 0; i < count; i++) {
      known.forgotten(MEMORY.getLong(batch + FORGOTTEN + (long) i * FORGOTTEN_BYTES));
    }
  }

  /**
   * Notes the node that an operation found. It is called on the thread that answers the request.
   */
  void found(String path, Tree.Found node) {
    Answer answer = answers.get();
    boolean isTooMuch = known.isFull() && path.indexOf('/', 1) > 0;
    answer.memorable = Optional.of(isTooMuch ? Memorable.ATTRIBUTES : Memorable.of(node));
    answer.entity = !node.lasts() && node.node() instanceof Directory ? path : null;
  }

  /** Makes the kernel drop a name of a directory. No thread that answers requests may call it. */
  void drop(long parent, byte[] name) {
    FUSE.fuse_lowlevel_notify_inval_entry(session, parent, name, name.length);
  }

  private int send(long channel, long vector, long count) {
    if (count == IOVECS) {
      long header = MEMORY.getAddress(vector);
      long content = MEMORY.getAddress(vector + IOVEC_BYTES);
      long bytes = MEMORY.getLong(vector + IOVEC_BYTES + IOVEC_LENGTH);
      if (MEMORY.getInt(header + ERROR) == 0) {
        complete(content, bytes, answers.get());
      }
    }
    return FUSE.fuse_chan_send(session, vector, count);
  }

  /** Completes an answer, which its size tells. */
  private void complete(long content, long bytes, Answer answer) {
    boolean isFixed = answer.memorable.equals(Optional.of(Memorable.NAME_AND_ATTRIBUTES));
    if (bytes == ENTRY_BYTES) {
      note(MEMORY.getLong(content), answer);
      if (answer.memorable.isPresent()) {
        MEMORY.putLong(content + ATTRIBUTES_VALID, Memorable.SECONDS);
      }
      if (isFixed) {
        MEMORY.putLong(content + ENTRY_VALID, Memorable.SECONDS);
      }
    } else if (bytes == ATTR_BYTES && isFixed) {
      // Without a lookup nothing replaces attributes that may change.
      MEMORY.putLong(content, Memorable.SECONDS);
    }
  }

  private void note(long node, Answer answer) {
    try {
      known.found(node, answer.parent, answer.entity);
    } catch (OutOfMemoryError e) {
      // The kernel keeps these names longer. The answer matters more.
      Shortage.MEMORY.count(1);
    }
  }
}
