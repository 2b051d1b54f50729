package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kifs.kernel.fd.Socket;
import kifs.kernel.fd.SocketLists;
import kifs.kernel.fd.SocketTable;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sockets of a host. Sockets of our own network namespace come from sock_diag, by one
 * request for each list; sockets of other namespaces come from the files in {@code net/} of a
 * process there. Not thread-safe; each pass has its own instance.
 */
final class ProcSockets implements SocketLists {
  private static final NativeBuffer PROTOCOL = NativeBuffer.string("system.sockprotoname");
  private static final int VALUE_BYTES = 64;

  /** Sockets that no list contains, by the kernel's name of their protocol: unbound ones. */
  private static final Map<String, Socket> UNLISTED =
      Map.ofEntries(
          Map.entry("TCP", Socket.unbound(Socket.INET, Socket.STREAM, Socket.TCP)),
          Map.entry("TCPv6", Socket.unbound(Socket.INET6, Socket.STREAM, Socket.TCP)),
          Map.entry("MPTCP", Socket.unbound(Socket.INET, Socket.STREAM, Socket.MPTCP)),
          Map.entry("MPTCPv6", Socket.unbound(Socket.INET6, Socket.STREAM, Socket.MPTCP)),
          Map.entry("UDP", Socket.unbound(Socket.INET, Socket.DATAGRAM, Socket.UDP)),
          Map.entry("UDPv6", Socket.unbound(Socket.INET6, Socket.DATAGRAM, Socket.UDP)),
          Map.entry("UDP-Lite", Socket.unbound(Socket.INET, Socket.DATAGRAM, Socket.UDPLITE)),
          Map.entry("UDPLITEv6", Socket.unbound(Socket.INET6, Socket.DATAGRAM, Socket.UDPLITE)),
          Map.entry("PING", Socket.unbound(Socket.INET, Socket.DATAGRAM, Socket.ICMP_PROTOCOL)),
          Map.entry("PINGv6", Socket.unbound(Socket.INET6, Socket.DATAGRAM, Socket.ICMPV6)),
          Map.entry("AF_VSOCK", Socket.ofFamily(Socket.VSOCK, 0)),
          Map.entry("XDP", Socket.ofFamily(Socket.XDP, Socket.RAW)));

  private static final byte[] MPTCP = "MPTCP".getBytes(StandardCharsets.US_ASCII);

  private final Proc proc;
  private final Scan scan;
  private final Set<Long> namespaces = new HashSet<>();

  ProcSockets(Proc proc, Scan scan) {
    this.proc = proc;
    this.scan = scan;
  }

  @Override
  public void of(int pid, SocketTable into) {
    if (into.isComplete() || !namespaces.add(namespace(pid))) {
      return;
    }
    if (pid != 0 || !proc.capabilities().live()) {
      NetFile.ALL.forEach(list -> read(pid, list, into));
      return;
    }
    try (SockDiag diag = SockDiag.open()) {
      if (diag != null && hasMptcp()) {
        // First, because the lists of TCP have the same sockets as if they were plain ones.
        diag.inet(Socket.INET, Socket.MPTCP, into);
        diag.inet(Socket.INET6, Socket.MPTCP, into);
      }
      for (NetFile list : NetFile.ALL) {
        if (!into.isComplete() && !ask(diag, list, into)) {
          read(0, list, into);
        }
      }
    }
  }

  /** Whether the host has a socket of MPTCP. A request for a list of them may load a module. */
  private boolean hasMptcp() {
    at(0);
    if (scan.loadWhole(FileName.NET_PROTOCOLS) < 0) {
      return false;
    }
    do {
      if (scan.cursor.skip(MPTCP)) {
        if (scan.cursor.peek() != ' ') {
          // The rest of MPTCPv6.
          scan.cursor.skipWord();
        }
        scan.cursor.skipWord();
        if (scan.cursor.number() && scan.cursor.value() > 0) {
          return true;
        }
      }
    } while (scan.cursor.nextLine());
    return false;
  }

  private long namespace(int pid) {
    at(pid);
    return scan.namespace(pid == 0 ? FileName.SELF_NS_NET : FileName.NS_NET);
  }

  private void at(int pid) {
    if (pid == 0) {
      scan.inDirectory(proc.root().fd());
    } else {
      scan.inEntry(proc.root().fd(), pid);
    }
  }

  private void read(int pid, NetFile list, SocketTable into) {
    at(pid);
    if (!into.isComplete() && scan.loadWhole(list.name()) >= 0) {
      list.parse(scan.cursor, into);
    }
  }

  private boolean ask(@Nullable SockDiag diag, NetFile list, SocketTable into) {
    boolean listed =
        diag != null
            && switch (list.family()) {
              case Socket.UNIX -> diag.unix(into);
              case Socket.NETLINK -> diag.netlink(into);
              case Socket.PACKET -> diag.packet(into);
              default -> list.hasDiag() && diag.inet(list.family(), list.diagProtocol(), into);
            };
    if (!listed && (list.family() == Socket.UNIX || list.protocol() == Socket.TCP)) {
      proc.warnings()
          .add("no sock_diag for some sockets: they are read from /proc/net, which shows less");
    }
    return listed;
  }

  @Override
  public @Nullable Socket unlisted(int pid, int fd, long inode) {
    if (!proc.capabilities().live()) {
      return null;
    }
    String path = proc.root().path() + "/" + pid + "/fd/" + fd;
    NativeBuffer name = NativeBuffer.string(path);
    NativeBuffer value = NativeBuffer.allocate(VALUE_BYTES);
    int length =
        Syscalls.getxattr(name.address(), PROTOCOL.address(), value.address(), VALUE_BYTES);
    if (length <= 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    value.buffer().get(0, bytes);
    Socket socket = UNLISTED.get(new String(bytes, StandardCharsets.US_ASCII).trim());
    // The fd may refer to another socket by now, so its link is checked again.
    length =
        name.call(at -> Syscalls.readlinkat(Syscalls.AT_FDCWD, at, value.address(), VALUE_BYTES));
    byte[] link = new byte[Math.max(length, 0)];
    value.buffer().get(0, link);
    String still = new String(link, StandardCharsets.US_ASCII);
    return still.equals("socket:[" + inode + "]") ? socket : null;
  }
}
