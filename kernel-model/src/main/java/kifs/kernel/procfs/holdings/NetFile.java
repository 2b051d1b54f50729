package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import kifs.kernel.fd.Socket;
import kifs.kernel.fd.Socket.Endpoint;
import kifs.kernel.fd.SocketTable;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;

/**
 * {@code /proc/[pid]/net/NAME}: the sockets of a network namespace, one in each line after a
 * heading. It is read for namespaces other than our own, and for kernels without sock_diag.
 * Immutable and thread-safe.
 *
 * @param name path relative to the directory of a process
 * @param family AF_*
 * @param protocol for IPv4 and IPv6; 0 means raw sockets, each of which has its own protocol
 */
record NetFile(FileName name, int family, int protocol) {
  static final List<NetFile> ALL =
      List.of(
          new NetFile(new FileName("net/unix"), Socket.UNIX, 0),
          new NetFile(new FileName("net/tcp"), Socket.INET, Socket.TCP),
          new NetFile(new FileName("net/tcp6"), Socket.INET6, Socket.TCP),
          new NetFile(new FileName("net/udp"), Socket.INET, Socket.UDP),
          new NetFile(new FileName("net/udp6"), Socket.INET6, Socket.UDP),
          new NetFile(new FileName("net/udplite"), Socket.INET, Socket.UDPLITE),
          new NetFile(new FileName("net/udplite6"), Socket.INET6, Socket.UDPLITE),
          new NetFile(new FileName("net/raw"), Socket.INET, 0),
          new NetFile(new FileName("net/raw6"), Socket.INET6, 0),
          new NetFile(new FileName("net/icmp"), Socket.INET, Socket.ICMP_PROTOCOL),
          new NetFile(new FileName("net/icmp6"), Socket.INET6, Socket.ICMPV6),
          new NetFile(new FileName("net/netlink"), Socket.NETLINK, 0),
          new NetFile(new FileName("net/packet"), Socket.PACKET, 0));

  private static final int IPPROTO_RAW = 255;
  private static final int LISTENING = 0x10000;
  private static final int SS_CONNECTED = 3;
  private static final int UNIX_WORDS = 7;

  /** Whether sock_diag has this list, too. It has no list of ping sockets. */
  boolean hasDiag() {
    return !isPing();
  }

  /** The protocol in a request to sock_diag for IPv4 and IPv6. */
  int diagProtocol() {
    return protocol == 0 ? IPPROTO_RAW : protocol;
  }

  private boolean isPing() {
    return protocol == Socket.ICMP_PROTOCOL || protocol == Socket.ICMPV6;
  }

  /** Adds the sockets of the file, and skips malformed lines. */
  void parse(ByteCursor in, SocketTable into) {
    String text =
        new String(
            in.bytes(), in.position(), in.end() - in.position(), StandardCharsets.ISO_8859_1);
    text.lines().skip(1).forEach(line -> parseLine(line, into));
  }

  private void parseLine(String line, SocketTable into) {
    String[] words = line.trim().split(" +", family == Socket.UNIX ? UNIX_WORDS + 1 : 0);
    try {
      switch (family) {
        case Socket.UNIX -> into.put(Long.parseLong(words[6]), unix(words));
        case Socket.NETLINK -> into.put(Long.parseLong(words[9]), netlink(words));
        case Socket.PACKET -> into.put(Long.parseLong(words[8]), packet(words));
        default -> into.put(Long.parseLong(words[9]), inet(words));
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      // The line is malformed. The name of a unix socket may hold newlines, which split its line.
    }
  }

  private Socket inet(String[] words) {
    Endpoint local = endpoint(words[1]);
    Endpoint peer = endpoint(words[2]);
    int type = isPing() ? Socket.DATAGRAM : Socket.typeOf(protocol);
    int state = Integer.parseInt(words[3], 16);
    if (protocol != 0) {
      return new Socket(family, type, protocol, state, local, peer, 0, null, 0);
    }
    // The file shows the protocol of a raw socket in place of a port.
    int rawProtocol = (int) local.port();
    return new Socket(
        family,
        type,
        rawProtocol,
        state,
        new Endpoint(local.address(), 0),
        new Endpoint(peer.address(), 0),
        0,
        null,
        0);
  }

  /**
   * Parses {@code 0100007F:1F90}. The address is in words of 32 bits, each printed as a number in
   * the host's byte order, while its bytes in memory are in network order.
   */
  private static Endpoint endpoint(String word) {
    int colon = word.indexOf(':');
    byte[] address = new byte[colon / 2];
    for (int at = 0; at < address.length; at += 4) {
      int host = Integer.parseUnsignedInt(word.substring(at * 2, at * 2 + 8), 16);
      for (int i = 0; i < 4; i++) {
        // Both supported architectures are little-endian.
        address[at + i] = (byte) (host >>> 8 * i);
      }
    }
    return new Endpoint(address, Integer.parseInt(word.substring(colon + 1), 16));
  }

  private static Socket unix(String[] words) {
    boolean listening = (Long.parseLong(words[3], 16) & LISTENING) != 0;
    boolean connected = Integer.parseInt(words[5], 16) == SS_CONNECTED;
    int state = listening ? Socket.LISTEN : connected ? Socket.ESTABLISHED : Socket.CLOSED;
    byte[] name = null;
    if (words.length > UNIX_WORDS) {
      name = words[UNIX_WORDS].getBytes(StandardCharsets.ISO_8859_1);
      if (name[0] == '@') {
        // The kernel prints a NUL as @. Only the first one is sure to be a NUL.
        name = Arrays.copyOf(name, name.length);
        name[0] = 0;
      }
    }
    return Socket.unix(Integer.parseInt(words[4], 16), state, name, 0);
  }

  private static Socket netlink(String[] words) {
    Endpoint local = new Endpoint(null, Long.parseLong(words[2]));
    int protocol = Integer.parseInt(words[1]);
    return new Socket(Socket.NETLINK, Socket.RAW, protocol, 0, local, null, 0, null, 0);
  }

  private static Socket packet(String[] words) {
    int type = Integer.parseInt(words[2]);
    int protocol = Integer.parseInt(words[3], 16);
    int onInterface = Integer.parseInt(words[4]);
    return new Socket(Socket.PACKET, type, protocol, 0, null, null, onInterface, null, 0);
  }
}
