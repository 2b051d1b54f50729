package kifs.kernel.simulated.figures;

import java.nio.ByteBuffer;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.fd.Socket;
import kifs.kernel.record.FdRecord;
import org.jspecify.annotations.Nullable;

/**
 * The open file of an fd of a simulated process. Immutable.
 *
 * @param type as in {@link FdRecord}
 * @param path the file's path; for an anonymous inode its class, such as {@code eventpoll}; unused
 *     for pipes and sockets
 * @param inode the inode number
 * @param flags the flags of open(2)
 * @param position the file offset, bytes
 * @param socket the socket; null: the file is no socket, or nothing is known about the socket
 */
public record SimulatedFile(
    int type, String path, long inode, long flags, long position, @Nullable Socket socket) {
  /** The file of all fds that {@link FdTable} invents. */
  static final SimulatedFile NULL =
      new SimulatedFile(FdRecord.CHARACTER, "/dev/null", 4, 2, 0, null);

  private static final long DISK = 0x801;
  private static final long DEVICES = 5;
  private static final long SOCKETS = 8;
  private static final long PIPES = 13;
  private static final long ANONYMOUS_INODES = 14;
  private static final long MOUNT = 21;

  /** st_mode by type. */
  private static final int[] MODES = {
    0, 0100644, 0040755, 0020666, 0060660, 0010600, 0010644, 0140777, 0120777, 0600
  };

  /** Fills the FD record that was begun last. */
  public void describe(FdRecords into) {
    byte[] link = ProcessTexts.utf8(link());
    boolean more = into.path(ByteBuffer.wrap(link), 0, link.length);
    if (more) {
      into.file(MODES[type], inode);
    }
    into.device(device());
    into.opened(flags, position, MOUNT);
  }

  private String link() {
    return switch (type) {
      case FdRecord.SOCKET -> "socket:[" + inode + "]";
      case FdRecord.PIPE -> "pipe:[" + inode + "]";
      case FdRecord.ANONYMOUS -> "anon_inode:[" + path + "]";
      default -> path;
    };
  }

  private long device() {
    return switch (type) {
      case FdRecord.SOCKET -> SOCKETS;
      case FdRecord.PIPE -> PIPES;
      case FdRecord.ANONYMOUS -> ANONYMOUS_INODES;
      case FdRecord.CHARACTER -> DEVICES;
      default -> DISK;
    };
  }
}
