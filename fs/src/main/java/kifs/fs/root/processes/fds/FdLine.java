package kifs.fs.root.processes.fds;

import static kifs.kernel.record.FdRecord.*;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/** Writes one open fd as a line of key=value, the content of {@code fds/3}. Not thread-safe. */
final class FdLine {
  private static final Map<Integer, String> FAMILIES =
      Map.of(
          1, "unix", 2, "inet", 10, "inet6", 16, "netlink", 17, "packet", 40, "vsock", 44, "xdp");
  private static final Map<Integer, String> SOCKET_TYPES =
      Map.of(1, "stream", 2, "dgram", 3, "raw", 5, "seqpacket");
  private static final Map<Integer, String> PROTOCOLS =
      Map.of(1, "icmp", 6, "tcp", 17, "udp", 58, "icmpv6", 136, "udplite", 262, "mptcp");
  private static final List<Integer> WITH_ADDRESSES = List.of(2, 10);
  private static final int UNIX = 1;
  private static final int NETLINK = 16;
  private static final List<Integer> STREAMS = List.of(6, 262);
  private static final int CLOSED = 7;

  private final Record fd;
  private final Bulk texts;
  private final StringBuilder line = new StringBuilder();

  private FdLine(Record fd, Bulk texts) {
    this.fd = fd;
    this.texts = texts;
  }

  /**
   * @param texts the bulk that contains the record, for its texts
   * @return one char a byte, without a newline
   */
  static String of(Record fd, Bulk texts) {
    return new FdLine(fd, texts).text();
  }

  private String text() {
    add("type", TYPES.get((int) fd.get(TYPE_OF_FILE)));
    if (fd.has(FLAGS)) {
      add("flags", OpenFlags.text(fd.get(FLAGS)));
    }
    number("pos", POSITION);
    if (fd.has(DEVICE)) {
      add("dev", Values.device(fd.get(DEVICE)));
    }
    number("ino", INODE);
    number("mount", MOUNT_ID);
    if (fd.has(SOCKET_FAMILY)) {
      socket();
    }
    String path = text(PATH_OFFSET, PATH_LENGTH);
    if (path != null) {
      add("path", Escapes.word(path));
    }
    return line.toString();
  }

  private void socket() {
    int family = (int) fd.get(SOCKET_FAMILY);
    int protocol = (int) fd.get(SOCKET_PROTOCOL);
    add("family", named(FAMILIES, family));
    if (fd.has(SOCKET_TYPE)) {
      add("socket", named(SOCKET_TYPES, (int) fd.get(SOCKET_TYPE)));
    }
    if (WITH_ADDRESSES.contains(family)) {
      add("protocol", named(PROTOCOLS, protocol));
    } else if (family != UNIX) {
      add("protocol", Integer.toString(protocol));
    }
    if (fd.has(SOCKET_STATE)) {
      int state = (int) fd.get(SOCKET_STATE);
      // For protocols without connections the kernel uses TCP_CLOSE for "not connected".
      boolean unconnected = state == CLOSED && !STREAMS.contains(protocol);
      add("state", unconnected ? "unconnected" : state < STATES.size() ? STATES.get(state) : "?");
    }
    if (WITH_ADDRESSES.contains(family)) {
      endpoint("local", LOCAL_ADDRESS, LOCAL_PORT, family);
      endpoint("peer", PEER_ADDRESS, PEER_PORT, family);
    } else if (family == NETLINK) {
      number("local", LOCAL_PORT);
      number("peer", PEER_PORT);
    }
    if (fd.get(SOCKET_INTERFACE) != 0) {
      number("interface", SOCKET_INTERFACE);
    }
    number("peer.ino", PEER_INODE);
    String name = text(SOCKET_NAME_OFFSET, SOCKET_NAME_LENGTH);
    if (name != null) {
      // By custom, @ stands for the NUL byte at the beginning of an abstract name.
      add("name", Escapes.word(name.startsWith("\0") ? "@" + name.substring(1) : name));
    }
  }

  private void endpoint(String key, Field address, Field port, int family) {
    if (!fd.has(port) || !fd.has(address)) {
      return;
    }
    byte[] bytes = new byte[address.count()];
    fd.buffer().get(fd.offset() + address.offset(), bytes);
    boolean four = family == 2;
    try {
      String host =
          InetAddress.getByAddress(four ? Arrays.copyOf(bytes, 4) : bytes).getHostAddress();
      add(key, (four ? host : "[" + host + "]") + ":" + fd.get(port));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are an address", e);
    }
  }

  private static String named(Map<Integer, String> names, int number) {
    return names.getOrDefault(number, Integer.toString(number));
  }

  private void number(String key, Field field) {
    if (fd.has(field)) {
      add(key, Long.toString(fd.get(field)));
    }
  }

  private void add(String key, String value) {
    line.append(line.isEmpty() ? "" : " ").append(key).append('=').append(value);
  }

  /** A text of the record; null if it has none. */
  private @Nullable String text(Field offset, Field length) {
    return fd.has(offset) ? Values.of(texts.text(fd.get(offset), (int) fd.get(length))) : null;
  }
}
