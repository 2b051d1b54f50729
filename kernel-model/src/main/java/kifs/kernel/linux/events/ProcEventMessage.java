package kifs.kernel.linux.events;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import org.jspecify.annotations.Nullable;

/**
 * The messages of the proc connector, see {@code linux/cn_proc.h}, in the host's byte order.
 * Stateless and thread-safe.
 *
 * <pre>
 *    0  struct nlmsghdr   u32 length, u16 type, u16 flags, u32 sequence, u32 port
 *   16  struct cn_msg     u32 idx, u32 val, u32 seq, u32 ack, u16 length, u16 flags
 *   36  struct proc_event u32 what, u32 cpu, u64 CLOCK_MONOTONIC ns, data by what:
 *   52                    FORK  s32 parent tid, parent pid, child tid, child pid
 *                         EXEC, COMM  s32 tid, pid
 *                         EXIT  s32 tid, pid, u32 exit code
 *                         NONE, the answer to a request  u32 errno
 * </pre>
 */
final class ProcEventMessage {
  private static final int AF_NETLINK = 16;
  private static final int CN_IDX_PROC = 1;
  private static final int CN_VAL_PROC = 1;
  private static final int PROC_CN_MCAST_LISTEN = 1;
  private static final int NLMSG_DONE = 3;

  private static final int ADDRESS_BYTES = 12;
  private static final int CONNECTOR = 16;
  private static final int EVENT = 36;
  private static final int SEQUENCE = CONNECTOR + 8;
  private static final int CPU = EVENT + 4;
  private static final int TIME = EVENT + 8;
  private static final int DATA = EVENT + 16;
  private static final int MIN_BYTES = DATA + 16;

  private static final int NONE = 0;
  private static final int FORK = 1;
  private static final int EXEC = 2;
  private static final int COMM = 0x200;
  private static final int EXIT = 0x8000_0000;

  private ProcEventMessage() {}

  /** Writes a struct sockaddr_nl that joins the connector's group. Returns its length. */
  static int writeAddress(ByteBuffer to) {
    to.putShort(0, (short) AF_NETLINK).putShort(2, (short) 0);
    to.putInt(4, 0).putInt(8, CN_IDX_PROC);
    return ADDRESS_BYTES;
  }

  /** Writes the request for events. Returns its length. */
  static int writeListen(ByteBuffer to) {
    int length = EVENT + Integer.BYTES;
    to.putInt(0, length).putShort(4, (short) NLMSG_DONE).putShort(6, (short) 0);
    to.putInt(8, 0).putInt(12, 0);
    to.putInt(CONNECTOR, CN_IDX_PROC).putInt(CONNECTOR + 4, CN_VAL_PROC);
    to.putInt(CONNECTOR + 8, 0).putInt(CONNECTOR + 12, 0);
    to.putShort(CONNECTOR + 16, (short) Integer.BYTES).putShort(CONNECTOR + 18, (short) 0);
    to.putInt(EVENT, PROC_CN_MCAST_LISTEN);
    return length;
  }

  /**
   * Whether the first message after a request means that the kernel accepted it. The message is
   * either the answer, or already an event.
   */
  static boolean isAccepted(ByteBuffer message, int length) {
    return length >= DATA + Integer.BYTES
        && (message.getInt(EVENT) != NONE || message.getInt(DATA) == 0);
  }

  /**
   * Reports the events about main threads, and skips those about other threads. Where messages are
   * missing, reports a loss of unknown kind.
   */
  static void parse(
      ByteBuffer messages,
      int length,
      long toBoottimeNs,
      MessageNumbers numbers,
      Consumer<ProcessEvent> listener) {
    int at = 0;
    while (length - at >= MIN_BYTES) {
      int size = messages.getInt(at);
      if (size < MIN_BYTES || size > length - at) {
        return;
      }
      long when = messages.getLong(at + TIME) + toBoottimeNs;
      // The answer to a request has no number.
      int missing =
          messages.getInt(at + EVENT) == NONE
              ? 0
              : numbers.missing(messages.getInt(at + CPU), messages.getInt(at + SEQUENCE));
      if (missing > 0) {
        listener.accept(ProcessEvent.lost(Kind.LOST, missing, when));
      }
      ProcessEvent event = event(messages, at, when);
      if (event != null) {
        listener.accept(event);
      }
      at += (size + 3) & ~3;
    }
  }

  private static @Nullable ProcessEvent event(ByteBuffer message, int at, long when) {
    int what = message.getInt(at + EVENT);
    // The ids of a new process or thread come after its parent's.
    int ids = at + DATA + (what == FORK ? 8 : 0);
    int tid = message.getInt(ids);
    int pid = message.getInt(ids + 4);
    if (tid != pid) {
      return null;
    }
    return switch (what) {
      case FORK -> new ProcessEvent(Kind.FORK, pid, message.getInt(at + DATA + 4), 0, when);
      case EXEC -> new ProcessEvent(Kind.EXEC, pid, 0, 0, when);
      case COMM -> new ProcessEvent(Kind.RENAMED, pid, 0, 0, when);
      case EXIT -> new ProcessEvent(Kind.EXIT, pid, 0, message.getInt(at + DATA + 8), when);
      default -> null;
    };
  }
}
