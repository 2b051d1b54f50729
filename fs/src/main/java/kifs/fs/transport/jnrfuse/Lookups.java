package kifs.fs.transport.jnrfuse;

import com.kenai.jffi.MemoryIO;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.transport.Memorable;
import kifs.fs.tree.Tree;

/**
 * Lets the kernel remember the names that directories keep, and no others. libfuse has one time-out
 * for all names, so its answers to lookups take a channel of their own, where those of such names
 * get another.
 *
 * <p>A path below an entity leads through its name, which is looked up each time: so nothing of
 * what is remembered below it outlives it. Only who stands in the directory of a process that has
 * gone may for that long still see names there. Opening always asks.
 *
 * <p>The messages are those of {@code linux/fuse.h}, on 64 bits; others stay as they are.
 */
final class Lookups {
  private static final MemoryIO MEMORY = MemoryIO.getInstance();
  private static final LibFuse2 FUSE = LibFuse2.INSTANCE;

  /** In struct fuse_in_header. */
  private static final int OPCODE = 4;

  private static final int LOOKUP = 1;

  /** In struct fuse_out_header. */
  private static final int ERROR = 4;

  /** struct fuse_entry_out, and in it. */
  private static final int ENTRY_BYTES = 128;

  private static final int ENTRY_VALID = 16;
  private static final int ATTRIBUTES_VALID = 24;

  /** In struct iovec, two of which are an answer: its header and what it says. */
  private static final int IOVEC_LENGTH = Long.BYTES;

  private static final int IOVEC_BYTES = 2 * Long.BYTES;
  private static final int IOVECS = 2;

  /** send in struct fuse_chan_ops, between receive and destroy. */
  private static final int SEND = Long.BYTES;

  private static final int OPERATIONS_BYTES = 3 * Long.BYTES;

  /** What of that which this thread has found may be remembered. */
  private final ThreadLocal<Memorable> found = ThreadLocal.withInitial(() -> Memorable.NOTHING);

  /** Held here, because libfuse calls it as long as the session lives. */
  private final LibFuse2.SendFunction function = this::send;

  private long session;

  /** 0: can't be had, and nothing is remembered. */
  private long own;

  /** To be called before the first request is answered. */
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

  /** To be called when the last request has been answered. */
  void end() {
    if (own != 0) {
      FUSE.fuse_chan_destroy(own);
    }
  }

  /** Which channel that request's answer shall take. */
  long channelOf(long request) {
    if (own == 0 || MEMORY.getInt(request + OPCODE) != LOOKUP) {
      return session;
    }
    found.set(Memorable.NOTHING);
    return own;
  }

  /** To be told what a path names, on the thread that answers. */
  void found(Tree.Found what) {
    found.set(Memorable.of(what));
  }

  private int send(long channel, long vector, long count) {
    Memorable memorable = found.get();
    if (memorable != Memorable.NOTHING && count == IOVECS) {
      long header = MEMORY.getAddress(vector);
      long entry = MEMORY.getAddress(vector + IOVEC_BYTES);
      long bytes = MEMORY.getLong(vector + IOVEC_BYTES + IOVEC_LENGTH);
      if (MEMORY.getInt(header + ERROR) == 0 && bytes == ENTRY_BYTES) {
        MEMORY.putLong(entry + ENTRY_VALID, Memorable.SECONDS);
        if (memorable == Memorable.NAME_AND_ATTRIBUTES) {
          MEMORY.putLong(entry + ATTRIBUTES_VALID, Memorable.SECONDS);
        }
      }
    }
    return FUSE.fuse_chan_send(session, vector, count);
  }
}
