package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import java.util.Optional;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.transport.Memorable;
import kifs.fs.tree.Tree;

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

  /** Offset in struct fuse_in_header, and FUSE_LOOKUP. */
  private static final int OPCODE = 4;

  private static final int LOOKUP = 1;
  private static final int GETATTR = 3;

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

  /** What the kernel may remember of the node that this thread found last; empty: nothing. */
  private final ThreadLocal<Optional<Memorable>> found = ThreadLocal.withInitial(Optional::empty);

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

  /** The channel for the answer to a request. */
  long channelOf(long request) {
    int opcode = MEMORY.getInt(request + OPCODE);
    if (own == 0 || opcode != LOOKUP && opcode != GETATTR) {
      return session;
    }
    found.set(Optional.empty());
    return own;
  }

  /**
   * Notes the node that an operation found. It is called on the thread that answers the request.
   */
  void found(Tree.Found node) {
    found.set(Optional.of(Memorable.of(node)));
  }

  /** Writes the timeouts into an answer, which its size tells. */
  private static void remember(long answer, long bytes, boolean isFixed) {
    if (bytes == ENTRY_BYTES) {
      MEMORY.putLong(answer + ATTRIBUTES_VALID, Memorable.SECONDS);
      if (isFixed) {
        MEMORY.putLong(answer + ENTRY_VALID, Memorable.SECONDS);
      }
    } else if (bytes == ATTR_BYTES && isFixed) {
      // Without a lookup nothing replaces attributes that may change.
      MEMORY.putLong(answer, Memorable.SECONDS);
    }
  }

  private int send(long channel, long vector, long count) {
    Optional<Memorable> memorable = found.get();
    if (memorable.isPresent() && count == IOVECS) {
      long header = MEMORY.getAddress(vector);
      long entry = MEMORY.getAddress(vector + IOVEC_BYTES);
      long bytes = MEMORY.getLong(vector + IOVEC_BYTES + IOVEC_LENGTH);
      if (MEMORY.getInt(header + ERROR) == 0) {
        remember(entry, bytes, memorable.get() == Memorable.NAME_AND_ATTRIBUTES);
      }
    }
    return FUSE.fuse_chan_send(session, vector, count);
  }
}
