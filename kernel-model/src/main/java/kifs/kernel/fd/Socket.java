package kifs.kernel.fd;

import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * The known facts of one socket. Immutable, except for its arrays, which must not be modified.
 *
 * @param family AF_*
 * @param type SOCK_*; 0: not known
 * @param protocol IPPROTO_*, NETLINK_* or ETH_P_*, depending on the family
 * @param state TCP_*, which sock_diag reports for every family; 0: not known
 * @param local local address and port; null: the family has none
 * @param peer the peer's address and port; null: the family has none
 * @param networkInterface index of the interface that the socket is bound to; 0: any
 * @param name name of a unix socket; null: it has none
 * @param peerInode inode number of the peer of a unix socket; 0: not connected, or not known
 */
public record Socket(
    int family,
    int type,
    int protocol,
    int state,
    @Nullable Endpoint local,
    @Nullable Endpoint peer,
    int networkInterface,
    byte @Nullable [] name,
    long peerInode) {
  public static final int UNIX = 1;
  public static final int INET = 2;
  public static final int INET6 = 10;
  public static final int NETLINK = 16;
  public static final int PACKET = 17;
  public static final int VSOCK = 40;
  public static final int XDP = 44;

  public static final int STREAM = 1;
  public static final int DATAGRAM = 2;
  public static final int RAW = 3;

  public static final int ESTABLISHED = 1;
  public static final int CLOSED = 7;
  public static final int LISTEN = 10;

  public static final int ICMP_PROTOCOL = 1;
  public static final int TCP = 6;
  public static final int UDP = 17;
  public static final int ICMPV6 = 58;
  public static final int UDPLITE = 136;
  public static final int MPTCP = 262;

  /**
   * An address and a port. Immutable, except for its array, which must not be modified.
   *
   * @param address 4 or 16 bytes in network order; null: the family has only ports
   * @param port port, or port id
   */
  public record Endpoint(byte @Nullable [] address, long port) {}

  /** A socket that is neither bound nor connected. Nothing more is known of it. */
  public static Socket unbound(int family, int type, int protocol) {
    return new Socket(family, type, protocol, CLOSED, null, null, 0, null, 0);
  }

  /** A socket of a family that no list has. Its state isn't known. */
  public static Socket ofFamily(int family, int type) {
    return new Socket(family, type, 0, 0, null, null, 0, null, 0);
  }

  /** A unix socket. */
  public static Socket unix(int type, int state, byte @Nullable [] name, long peerInode) {
    return new Socket(UNIX, type, 0, state, null, null, 0, name, peerInode);
  }

  /** The SOCK_* type of IPv4 and IPv6 sockets with that protocol. */
  public static int typeOf(int protocol) {
    return switch (protocol) {
      case TCP, MPTCP -> STREAM;
      case UDP, UDPLITE -> DATAGRAM;
      default -> RAW;
    };
  }

  /** Fills the socket fields of a FD record, except the name. */
  void fill(Record fd, long fields) {
    fd.setWanted(fields, FdRecord.SOCKET_FAMILY, family);
    if (type != 0) {
      fd.setWanted(fields, FdRecord.SOCKET_TYPE, type);
    }
    fd.setWanted(fields, FdRecord.SOCKET_PROTOCOL, protocol);
    if (state != 0) {
      fd.setWanted(fields, FdRecord.SOCKET_STATE, state);
    }
    fill(fd, fields, local, FdRecord.LOCAL_ADDRESS, FdRecord.LOCAL_PORT);
    fill(fd, fields, peer, FdRecord.PEER_ADDRESS, FdRecord.PEER_PORT);
    if (family == INET || family == INET6 || family == PACKET) {
      fd.setWanted(fields, FdRecord.SOCKET_INTERFACE, networkInterface);
    }
    if (peerInode != 0) {
      fd.setWanted(fields, FdRecord.PEER_INODE, peerInode);
    }
  }

  private static void fill(
      Record fd, long fields, @Nullable Endpoint end, Field address, Field port) {
    if (end == null) {
      return;
    }
    fd.setWanted(fields, port, end.port());
    byte[] bytes = end.address();
    if (bytes != null && (fields & address.bit()) != 0) {
      fd.setBytes(address, bytes, 0, bytes.length);
    }
  }
}
