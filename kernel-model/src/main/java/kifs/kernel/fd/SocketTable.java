package kifs.kernel.fd;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sockets by inode number, which is unique on the whole host. Only wanted sockets are kept. Not
 * thread-safe.
 */
// By identity: a known socket may equal the placeholder.
@SuppressWarnings("ReferenceEquality")
public final class SocketTable {
  private final Map<Long, Socket> sockets = new HashMap<>();
  private int missing;

  /** Adds that socket to the wanted ones. */
  void want(long inode) {
    if (sockets.putIfAbsent(inode, Unknown.SOCKET) == null) {
      missing++;
    }
  }

  /** Whether that socket is wanted and still missing. */
  public boolean lacks(long inode) {
    return sockets.get(inode) == Unknown.SOCKET;
  }

  /** Inode numbers of the wanted sockets that are still missing. */
  public long[] missing() {
    return sockets.entrySet().stream()
        .filter(entry -> entry.getValue() == Unknown.SOCKET)
        .mapToLong(Map.Entry::getKey)
        .toArray();
  }

  /** Whether no wanted socket is missing, so that no other list need be read. */
  public boolean isComplete() {
    return missing == 0;
  }

  public void put(long inode, Socket socket) {
    if (lacks(inode)) {
      sockets.put(inode, socket);
      missing--;
    }
  }

  /** Null: not known. */
  @Nullable Socket get(long inode) {
    Socket socket = sockets.get(inode);
    return socket == Unknown.SOCKET ? null : socket;
  }

  private static final class Unknown {
    static final Socket SOCKET = Socket.unbound(0, 0, 0);
  }
}
