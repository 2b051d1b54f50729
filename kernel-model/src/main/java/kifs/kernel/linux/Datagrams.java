package kifs.kernel.linux;

import java.nio.charset.StandardCharsets;

/** Sends datagrams to Unix sockets, which the JDK can't do. Stateless and thread-safe. */
public final class Datagrams {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int MAX_NAME_BYTES = 108;
  private static final int MSG_NOSIGNAL = 0x4000;

  private Datagrams() {}

  /**
   * Sends one datagram. It waits while the receiver's queue is full.
   *
   * @param name a path, or the name of an abstract socket with an @ before it
   * @return the number of bytes sent, or a negative errno
   */
  public static int send(String name, byte[] message) {
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    if (path.length >= MAX_NAME_BYTES) {
      return -Syscalls.ENAMETOOLONG;
    }
    NativeBuffer address = NativeBuffer.allocate(Short.BYTES + path.length + 1);
    address.buffer().putShort(0, (short) AF_UNIX).put(Short.BYTES, path);
    boolean isAbstract = name.startsWith("@");
    if (isAbstract) {
      address.buffer().put(Short.BYTES, (byte) 0);
    }
    // A path ends with a NUL; the length of an abstract name says where it ends.
    int length = address.capacity() - (isAbstract ? 1 : 0);
    int socket = Syscalls.socket(AF_UNIX, SOCK_DGRAM, 0);
    if (socket < 0) {
      return socket;
    }
    NativeBuffer data = NativeBuffer.allocate(message.length);
    data.buffer().put(0, message);
    int result = address.call(at -> Syscalls.connect(socket, at, length));
    if (result >= 0) {
      result = data.call(at -> Syscalls.send(socket, at, message.length, MSG_NOSIGNAL));
    }
    Syscalls.close(socket);
    return result;
  }
}
