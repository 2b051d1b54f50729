package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import kifs.kernel.fd.SocketTable;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * Requests lists of the sockets of our own network namespace from the kernel by sock_diag(7). Needs
 * no privilege. Not thread-safe; must be closed.
 */
public final class SockDiag implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int NETLINK_SOCK_DIAG = 4;
  private static final int POLLIN = 1;
  private static final int BUFFER_BYTES = 64 * 1024;

  /** The kernel answers at once. The timeout keeps a pass from hanging on a kernel that doesn't. */
  private static final int TIMEOUT_MS = 1000;

  /** Up to this many unix sockets are requested one by one; for more, the whole list is. */
  private static final int MAX_SINGLE_REQUESTS = 4;

  private final int socket;
  private final NativeBuffer buffer = NativeBuffer.allocate(BUFFER_BYTES);
  private final NativeBuffer polled = NativeBuffer.allocate(8);

  private SockDiag(int socket) {
    this.socket = socket;
  }

  /** Opens a socket for requests. Returns null if the kernel lacks sock_diag or refuses it. */
  public static @Nullable SockDiag open() {
    int socket = Syscalls.socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
    return socket < 0 ? null : new SockDiag(socket);
  }

  /**
   * Adds the sockets of a family and protocol.
   *
   * @return false if the kernel doesn't have that list; some sockets may have been added
   */
  public boolean inet(int family, int protocol, SocketTable into) {
    return ask(SockDiagMessage.writeInet(buffer.buffer(), family, protocol), protocol, true, into);
  }

  /** Adds unix sockets, see {@link #inet}. */
  public boolean unix(SocketTable into) {
    long[] missing = into.missing();
    if (missing.length > MAX_SINGLE_REQUESTS) {
      return ask(SockDiagMessage.writeUnix(buffer.buffer(), 0, -1), 0, true, into);
    }
    boolean found = false;
    for (long inode : missing) {
      found |= ask(SockDiagMessage.writeUnix(buffer.buffer(), inode, -1), 0, false, into);
    }
    // No socket is found also if the kernel doesn't have the list. A request for sockets in no
    // state
    // distinguishes the two cases.
    return found || ask(SockDiagMessage.writeUnix(buffer.buffer(), 0, 0), 0, true, into);
  }

  /** Adds netlink sockets, see {@link #inet}. */
  public boolean netlink(SocketTable into) {
    return ask(SockDiagMessage.writeNetlink(buffer.buffer()), 0, true, into);
  }

  /** Adds packet sockets, see {@link #inet}. */
  public boolean packet(SocketTable into) {
    return ask(SockDiagMessage.writePacket(buffer.buffer()), 0, true, into);
  }

  private boolean ask(int request, int protocol, boolean list, SocketTable into) {
    if (Syscalls.send(socket, buffer.address(), request, 0) != request) {
      return false;
    }
    ByteBuffer bytes = buffer.buffer();
    while (true) {
      int length = receive();
      if (length < 0) {
        return false;
      }
      int at = 0;
      while (length - at >= SockDiagMessage.HEADER) {
        int size = bytes.getInt(at);
        if (size < SockDiagMessage.HEADER || size > length - at) {
          return false;
        }
        int type = bytes.getShort(at + 4) & 0xFFFF;
        if (type == SockDiagMessage.NLMSG_DONE || type == SockDiagMessage.NLMSG_ERROR) {
          return SockDiagMessage.isDone(bytes, at, size);
        }
        SockDiagMessage.read(bytes, at, size, protocol, into);
        at += (size + 3) & ~3;
      }
      if (!list) {
        return true;
      }
    }
  }

  private int receive() {
    polled.buffer().putInt(0, socket).putShort(4, (short) POLLIN);
    int ready = Syscalls.poll(polled.address(), 1, TIMEOUT_MS);
    return ready > 0 ? Syscalls.recv(socket, buffer.address(), BUFFER_BYTES, 0) : -1;
  }

  @Override
  public void close() {
    Syscalls.close(socket);
  }
}
