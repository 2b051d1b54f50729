package kifs.kernel.fd;

import java.util.HashMap;
import java.util.Map;

/**
 * Sockets by their inode numbers, which are unique in the whole host: only those that somebody asks
 * for are kept. Not thread-safe.
 */
public final class SocketTable {
  private final Map<Long, Socket> sockets = new HashMap<>();
  private int missing;

  /** Asks for that socket. */
  void want(long inode) {
    if (sockets.putIfAbsent(inode, Unknown.SOCKET) == null) {
      missing++;
    }
  }

  /** Whether that socket was asked for and is still unknown. */
  public boolean lacks(long inode) {
    return sockets.get(inode) == Unknown.SOCKET;
  }

  /** The inode numbers asked for that are still unknown. */
  public long[] missing() {
    return sockets.entrySet().stream()
        .filter(entry -> entry.getValue() == Unknown.SOCKET)
        .mapToLong(Map.Entry::getKey)
        .toArray();
  }

  /** Whether everything asked for is known: no need to look further. */
  public boolean isComplete() {
    return missing == 0;
  }

  public void put(long inode, Socket socket) {
    if (lacks(inode)) {
      sockets.put(inode, socket);
      missing--;
    }
  }

  /** Null: unknown. */
  Socket get(long inode) {
    Socket socket = sockets.get(inode);
    return socket == Unknown.SOCKET ? null : socket;
  }

  private static final class Unknown {
    static final Socket SOCKET = Socket.unbound(0, 0, 0);
  }
}
