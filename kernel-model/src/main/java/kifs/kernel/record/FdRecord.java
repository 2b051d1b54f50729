package kifs.kernel.record;

import java.util.List;
import kifs.kernel.record.ValueNames.Value;

/**
 * FD, one per open file descriptor, in (pid, tid, fd) order. The texts are in TEXT records; records
 * with equal texts may share one. Fields about sockets are absent for all other files. They are
 * also absent for a socket of which nothing could be read: one that was closed meanwhile, one in
 * another network namespace that kifs may not enter, and one of a protocol that the kernel doesn't
 * list.
 */
public final class FdRecord {
  private static final Layout LAYOUT =
      new Layout(21, "FD", "one per open fd, in (pid, tid, fd) order", Guard.PTRACE);

  public static final int UNKNOWN = 0;
  public static final int REGULAR = 1;
  public static final int DIRECTORY = 2;
  public static final int CHARACTER = 3;
  public static final int BLOCK = 4;
  public static final int PIPE = 5;
  public static final int FIFO = 6;
  public static final int SOCKET = 7;
  public static final int LINK = 8;
  public static final int ANONYMOUS = 9;

  private static final ValueNames TYPE_NAMES =
      new ValueNames(
          "fd_type",
          List.of(
              new Value(UNKNOWN, "unknown", "unknown"),
              new Value(REGULAR, "regular", "regular"),
              new Value(DIRECTORY, "directory", "directory"),
              new Value(CHARACTER, "character", "character device"),
              new Value(BLOCK, "block", "block device"),
              new Value(PIPE, "pipe", "pipe"),
              new Value(FIFO, "fifo", "fifo (a pipe with a path)"),
              new Value(SOCKET, "socket", "socket"),
              new Value(LINK, "link", "symbolic link"),
              new Value(ANONYMOUS, "anonymous", "anonymous inode (eventpoll, eventfd, …)")));

  /** Names of the types; the index is the type's number. */
  public static final List<String> TYPES = TYPE_NAMES.labels();

  private static final ValueNames STATE_NAMES =
      ValueNames.from(
          1,
          "socket_state",
          "established",
          "syn-sent",
          "syn-received",
          "fin-wait-1",
          "fin-wait-2",
          "time-wait",
          "closed",
          "close-wait",
          "last-ack",
          "listen",
          "closing");

  /** Names of the socket states; the index is the state's number. */
  public static final List<String> STATES = STATE_NAMES.labels();

  public static final Field PID =
      LAYOUT.s32(
          "pid",
          "",
          "process id of the process that has the fd open",
          "the directory's name in /proc");
  public static final Field FD =
      LAYOUT.s32("fd", "", "the file descriptor", "a name in /proc/[pid]/fd");

  static {
    LAYOUT.absent();
  }

  public static final Field TYPE_OF_FILE =
      LAYOUT.u16("type", TYPE_NAMES, "type of file", "stat(2) of /proc/[pid]/fd/[fd]");
  public static final Field SOCKET_FAMILY =
      LAYOUT.u16(
          "socket_family",
          "",
          "AF_*: 1 unix, 2 IPv4, 10 IPv6, 16 netlink, 17 packet, 40 vsock, 44 XDP",
          "sock_diag(7)");
  public static final Field SOCKET_TYPE =
      LAYOUT.u16(
          "socket_type", "", "SOCK_*: 1 stream, 2 datagram, 3 raw, 5 seqpacket", "sock_diag(7)");
  public static final Field SOCKET_PROTOCOL =
      LAYOUT.u16(
          "socket_protocol",
          "",
          "IPPROTO_*; packet sockets: ETH_P_*; netlink sockets: NETLINK_*; unix sockets: 0",
          "sock_diag(7)");
  public static final Field FLAGS =
      LAYOUT.u32("open_flags", "", "O_* of open(2)", "/proc/[pid]/fdinfo/[fd] flags");
  public static final Field SOCKET_STATE =
      LAYOUT.u32(
          "socket_state",
          STATE_NAMES,
          "TCP_*; a socket that is not connected is closed",
          "sock_diag(7)",
          SourceGuards.of("sock_diag(7)"));
  public static final Field POSITION =
      LAYOUT.s64("position", "", "file offset", "/proc/[pid]/fdinfo/[fd] pos");
  public static final Field DEVICE =
      LAYOUT.u64("device", "", "the file's device, as st_dev", "stat(2) of /proc/[pid]/fd/[fd]");
  public static final Field INODE =
      LAYOUT.u64("inode", "", "the file's inode number", "stat(2) of /proc/[pid]/fd/[fd]");
  public static final Field PATH_OFFSET =
      LAYOUT.textOffset("path_offset", "the path", Guard.PTRACE);
  public static final Field SOCKET_NAME_OFFSET =
      LAYOUT.textOffset("socket_name_offset", "the name", Guard.PTRACE);
  public static final Field PATH_LENGTH =
      LAYOUT.u32(
          "path_length",
          "",
          "bytes of the path, or of the kernel's substitute: socket:[inode], pipe:[inode],"
              + " anon_inode:[eventpoll]",
          "readlink(2) of /proc/[pid]/fd/[fd]");
  public static final Field SOCKET_NAME_LENGTH =
      LAYOUT.u32(
          "socket_name_length",
          "",
          "bytes of a unix socket's name: a path, or a NUL and an abstract name; absent if the"
              + " socket has none",
          "sock_diag(7)");
  public static final Field PEER_INODE =
      LAYOUT.u64(
          "peer_inode",
          "",
          "inode of the unix socket that this one is connected to",
          "sock_diag(7)");
  public static final Field LOCAL_ADDRESS =
      LAYOUT.bytes(
          "local_address",
          16,
          "local address, in network order; IPv4 uses the first 4 bytes",
          "sock_diag(7)");
  public static final Field PEER_ADDRESS =
      LAYOUT.bytes(
          "peer_address",
          16,
          "peer's address, in network order; IPv4 uses the first 4 bytes",
          "sock_diag(7)");
  public static final Field LOCAL_PORT =
      LAYOUT.u32("local_port", "", "local port; netlink sockets: the port id", "sock_diag(7)");
  public static final Field PEER_PORT =
      LAYOUT.u32("peer_port", "", "peer's port; netlink sockets: the port id", "sock_diag(7)");
  public static final Field SOCKET_INTERFACE =
      LAYOUT.u32(
          "socket_interface",
          "",
          "index of the interface that the socket is bound to, 0: any",
          "sock_diag(7)");
  public static final Field MOUNT_ID =
      LAYOUT.u32(
          "mount_id", "", "mount that the file was opened on", "/proc/[pid]/fdinfo/[fd] mnt_id");

  public static final Field TID =
      LAYOUT.s64(
          "tid",
          "",
          "thread that opened the fd in a file table of its own, by unshare(CLONE_FILES); absent if"
              + " the fd is in the table that the process's threads share",
          "/proc/[pid]/task/[tid]/fd; kcmp(2)");

  public static final RecordType TYPE = LAYOUT.fixed();

  /** The mask of the fields that only sockets have. */
  public static final long SOCKET_FIELDS =
      SOCKET_FAMILY.bit()
          | SOCKET_TYPE.bit()
          | SOCKET_PROTOCOL.bit()
          | SOCKET_STATE.bit()
          | SOCKET_NAME_OFFSET.bit()
          | SOCKET_NAME_LENGTH.bit()
          | PEER_INODE.bit()
          | LOCAL_ADDRESS.bit()
          | PEER_ADDRESS.bit()
          | LOCAL_PORT.bit()
          | PEER_PORT.bit()
          | SOCKET_INTERFACE.bit();

  private FdRecord() {}
}
