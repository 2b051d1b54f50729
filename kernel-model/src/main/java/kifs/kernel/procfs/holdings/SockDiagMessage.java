package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import java.util.Arrays;
import kifs.kernel.fd.Socket;
import kifs.kernel.fd.Socket.Endpoint;
import kifs.kernel.fd.SocketTable;
import org.jspecify.annotations.Nullable;

/**
 * The messages of sock_diag(7), see {@code linux/sock_diag.h} and a header for each family. They
 * are in the host's byte order, except addresses and ports of IPv4 and IPv6. Stateless and
 * thread-safe.
 *
 * <pre>
 *   0  struct nlmsghdr  u32 length, u16 type, u16 flags, u32 sequence, u32 port
 *
 *  inet request                       inet answer
 *  16  u8 family, protocol, ext, 0    16  u8 family, state, timer, retransmits
 *  20  u32 states                     20  be16 port, peer's port
 *  24  48 bytes, 0                    24  u8[16] address, 40 u8[16] peer's
 *  72  attribute: a protocol that     56  u32 interface, u32[2] cookie
 *      needs more than 8 bits
 *                                     68  u32 expires, rqueue, wqueue, uid, 84 u32 inode
 *  unix request                       unix answer
 *  16  u8 family, 0, u16 0            16  u8 family, type, state, 0
 *  20  u32 states, inode, show        20  u32 inode, u32[2] cookie
 *  32  u32[2] cookie                  32  attributes
 *
 *  netlink request                    netlink answer
 *  16  u8 family, protocol, u16 0     16  u8 family, type, protocol, state
 *  20  u32 inode, show, u32[2] cookie 20  u32 port id, peer's, group, inode
 *
 *  packet request                     packet answer
 *  as netlink                         16  u8 family, type, u16 protocol
 *                                     20  u32 inode, u32[2] cookie, 32 attributes
 * </pre>
 */
final class SockDiagMessage {
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int HEADER = 16;

  private static final int SOCK_DIAG_BY_FAMILY = 20;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_DUMP = 0x300;

  private static final int BODY = HEADER;
  private static final int INET_REQUEST = BODY + 56;
  private static final int MIN_INET_BYTES = BODY + 72;
  private static final int UNIX_REQUEST = BODY + 24;
  private static final int SHORT_REQUEST = BODY + 20;
  private static final int MIN_BYTES = BODY + 16;
  private static final int MIN_NETLINK_BYTES = BODY + 20;

  /**
   * All states except TIME_WAIT and half-open ones. A socket in one of these is no open file any
   * more, or not yet.
   */
  private static final int STATES = ~(1 << 6 | 1 << 12);

  private static final int NO_COOKIE = -1;
  private static final int ALL_PROTOCOLS = 0xFF;

  private static final int UNIX_SHOW_NAME_AND_PEER = 1 | 4;
  private static final int INET_PROTOCOL = 3;
  private static final int UNIX_NAME = 0;
  private static final int UNIX_PEER = 2;
  private static final int PACKET_SHOW_INFO = 1;
  private static final int PACKET_INFO = 0;

  private SockDiagMessage() {}

  /** Writes a request for all sockets of a protocol. Returns its length. */
  static int writeInet(ByteBuffer to, int family, int protocol) {
    boolean isLarge = protocol > ALL_PROTOCOLS;
    int length = isLarge ? INET_REQUEST + 8 : INET_REQUEST;
    clear(to, length, NLM_F_DUMP);
    to.put(BODY, (byte) family).putInt(BODY + 4, STATES);
    if (isLarge) {
      to.put(BODY + 1, (byte) ALL_PROTOCOLS);
      to.putShort(INET_REQUEST, (short) 8).putShort(INET_REQUEST + 2, (short) INET_PROTOCOL);
      to.putInt(INET_REQUEST + 4, protocol);
    } else {
      to.put(BODY + 1, (byte) protocol);
    }
    return length;
  }

  /**
   * Writes a request for unix sockets. Returns its length.
   *
   * @param inode the inode number of one socket; 0 means all sockets
   * @param states the wanted states, one bit for each
   */
  static int writeUnix(ByteBuffer to, long inode, int states) {
    clear(to, UNIX_REQUEST, inode == 0 ? NLM_F_DUMP : 0);
    to.put(BODY, (byte) Socket.UNIX).putInt(BODY + 4, states).putInt(BODY + 8, (int) inode);
    to.putInt(BODY + 12, UNIX_SHOW_NAME_AND_PEER);
    to.putInt(BODY + 16, NO_COOKIE).putInt(BODY + 20, NO_COOKIE);
    return UNIX_REQUEST;
  }

  static int writeNetlink(ByteBuffer to) {
    clear(to, SHORT_REQUEST, NLM_F_DUMP);
    to.put(BODY, (byte) Socket.NETLINK).put(BODY + 1, (byte) ALL_PROTOCOLS);
    return SHORT_REQUEST;
  }

  static int writePacket(ByteBuffer to) {
    clear(to, SHORT_REQUEST, NLM_F_DUMP);
    to.put(BODY, (byte) Socket.PACKET).putInt(BODY + 8, PACKET_SHOW_INFO);
    return SHORT_REQUEST;
  }

  private static void clear(ByteBuffer to, int length, int flags) {
    for (int i = 0; i < length; i++) {
      to.put(i, (byte) 0);
    }
    to.putInt(0, length).putShort(4, (short) SOCK_DIAG_BY_FAMILY);
    to.putShort(6, (short) (NLM_F_REQUEST | flags));
  }

  /** Whether the last message of a list reports success. NLMSG_DONE may hold an error, too. */
  static boolean isDone(ByteBuffer message, int at, int length) {
    boolean failed = length >= HEADER + Integer.BYTES && message.getInt(at + HEADER) < 0;
    return (message.getShort(at + 4) & 0xFFFF) == NLMSG_DONE && !failed;
  }

  /**
   * Adds the socket of one answer, unless the answer is malformed.
   *
   * @param at where the answer begins
   * @param protocol the requested protocol, for IPv4 and IPv6
   */
  static void read(ByteBuffer from, int at, int length, int protocol, SocketTable into) {
    if (length < MIN_BYTES) {
      return;
    }
    int body = at + BODY;
    switch (from.get(body) & 0xFF) {
      case Socket.INET, Socket.INET6 -> {
        if (length >= MIN_INET_BYTES) {
          readInet(from, body, protocol, into);
        }
      }
      case Socket.UNIX -> readUnix(from, body, at + length, into);
      case Socket.NETLINK -> {
        if (length >= MIN_NETLINK_BYTES) {
          readNetlink(from, body, into);
        }
      }
      case Socket.PACKET -> readPacket(from, body, at + length, into);
      default -> {}
    }
  }

  private static void readInet(ByteBuffer from, int body, int protocol, SocketTable into) {
    long inode = unsigned(from, body + 68);
    if (!into.lacks(inode)) {
      return;
    }
    int family = from.get(body) & 0xFF;
    int port = port(from, body + 4);
    // The kernel returns the protocol of a raw socket in place of a port.
    boolean raw = Socket.typeOf(protocol) == Socket.RAW;
    into.put(
        inode,
        new Socket(
            family,
            Socket.typeOf(protocol),
            raw ? port : protocol,
            from.get(body + 1) & 0xFF,
            new Endpoint(address(from, body + 8, family), raw ? 0 : port),
            new Endpoint(address(from, body + 24, family), raw ? 0 : port(from, body + 6)),
            from.getInt(body + 40),
            null,
            0));
  }

  private static void readUnix(ByteBuffer from, int body, int end, SocketTable into) {
    long inode = unsigned(from, body + 4);
    if (!into.lacks(inode)) {
      return;
    }
    int name = attribute(from, body + 16, end, UNIX_NAME);
    byte[] text = {};
    if (name > 0) {
      text = new byte[(from.getShort(name) & 0xFFFF) - 4];
      from.get(name + 4, text);
    }
    int peer = attribute(from, body + 16, end, UNIX_PEER);
    long peerInode = peer > 0 && peer + 8 <= end ? unsigned(from, peer + 4) : 0;
    into.put(
        inode,
        Socket.unix(from.get(body + 1) & 0xFF, from.get(body + 2) & 0xFF, name(text), peerInode));
  }

  /** The name of a unix socket. For a path the kernel also returns the NUL at its end. */
  private static byte @Nullable [] name(byte[] text) {
    if (text.length == 0) {
      return null;
    }
    if (text[0] == 0) {
      return text;
    }
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return Arrays.copyOf(text, length);
  }

  private static void readNetlink(ByteBuffer from, int body, SocketTable into) {
    long inode = unsigned(from, body + 16);
    int state = from.get(body + 3) & 0xFF;
    into.put(
        inode,
        new Socket(
            Socket.NETLINK,
            from.get(body + 1) & 0xFF,
            from.get(body + 2) & 0xFF,
            // Netlink has other states than TCP: 0 is unconnected, 1 is connected.
            state == 0 ? Socket.CLOSED : Socket.ESTABLISHED,
            new Endpoint(null, unsigned(from, body + 4)),
            new Endpoint(null, unsigned(from, body + 8)),
            0,
            null,
            0));
  }

  private static void readPacket(ByteBuffer from, int body, int end, SocketTable into) {
    int info = attribute(from, body + 16, end, PACKET_INFO);
    into.put(
        unsigned(from, body + 4),
        new Socket(
            Socket.PACKET,
            from.get(body + 1) & 0xFF,
            from.getShort(body + 2) & 0xFFFF,
            0,
            null,
            null,
            info > 0 && info + 8 <= end ? from.getInt(info + 4) : 0,
            null,
            0));
  }

  /** Where the attribute of a type begins; -1 if there is none. */
  private static int attribute(ByteBuffer from, int first, int end, int type) {
    int at = first;
    while (end - at >= 4) {
      int length = from.getShort(at) & 0xFFFF;
      if (length < 4 || length > end - at) {
        return -1;
      }
      if ((from.getShort(at + 2) & 0x3FFF) == type) {
        return at;
      }
      at += (length + 3) & ~3;
    }
    return -1;
  }

  private static byte[] address(ByteBuffer from, int at, int family) {
    byte[] address = new byte[family == Socket.INET ? 4 : 16];
    from.get(at, address);
    return address;
  }

  private static int port(ByteBuffer from, int at) {
    return (from.get(at) & 0xFF) << 8 | from.get(at + 1) & 0xFF;
  }

  private static long unsigned(ByteBuffer from, int at) {
    return from.getInt(at) & 0xFFFF_FFFFL;
  }
}
