package kifs.fs.transport.direct;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.fs.transport.Transport.MountException;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * Mounts by the program fusermount3, which has the rights that this process doesn't have. It sends
 * the descriptor of the session over a socket. The JDK starts programs without any descriptors but
 * the standard ones, so the C library starts it. Stateless.
 */
final class MountHelper {
  private static final String PROGRAM = "fusermount3";
  private static final String SOCKET = "_FUSE_COMMFD=";
  private static final String OPTIONS = "nosuid,nodev,noexec,noatime,fsname=kifs,subtype=kifs,";

  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;

  /** Layout of struct msghdr, struct iovec and of a control message with one descriptor. */
  private static final int MESSAGE_BYTES = 56;

  private static final int VECTOR = MESSAGE_BYTES;
  private static final int DATA = VECTOR + 16;
  private static final int CONTROL = DATA + 8;
  private static final int CONTROL_BYTES = 24;
  private static final int DESCRIPTOR = CONTROL + 16;

  private MountHelper() {}

  /**
   * Mounts.
   *
   * @return the descriptor of the session
   * @throws MountException if the helper can't mount; it has written the reason to standard error
   */
  static int mount(Path path, String options) throws MountException {
    NativeBuffer pair = NativeBuffer.allocate(2 * Integer.BYTES);
    if (MountFunctions.C.socketpair(AF_UNIX, SOCK_STREAM, 0, pair.address()) != 0) {
      throw new MountException(path + ": no socket for " + PROGRAM);
    }
    int own = pair.buffer().getInt(0);
    int others = pair.buffer().getInt(Integer.BYTES);
    try {
      int pid = start(path, options, others);
      Syscalls.close(others);
      others = -1;
      int fd = receive(own);
      NativeBuffer status = NativeBuffer.allocate(Integer.BYTES);
      MountFunctions.C.waitpid(pid, status.address(), 0);
      if (fd < 0) {
        throw new MountException(path + ": " + PROGRAM + " could not mount; its message is above");
      }
      return fd;
    } finally {
      Syscalls.close(own);
      if (others >= 0) {
        Syscalls.close(others);
      }
    }
  }

  private static int start(Path path, String options, int socket) throws MountException {
    List<String> arguments = List.of(PROGRAM, "-o", OPTIONS + options, "--", path.toString());
    List<String> environment = new ArrayList<>();
    System.getenv().forEach((name, value) -> environment.add(name + "=" + value));
    environment.add(SOCKET + socket);
    Pointer pid = Runtime.getSystemRuntime().getMemoryManager().allocateDirect(Integer.BYTES);
    int error =
        MountFunctions.C.posix_spawnp(
            pid, PROGRAM, null, null, pointers(arguments), pointers(environment));
    if (error != 0) {
      throw new MountException(
          path + ": mounting needs root, or the program " + PROGRAM + " (errno " + error + ")");
    }
    return pid.getInt(0);
  }

  /** An array of strings as C has it: pointers, the last of which is null. */
  private static Pointer pointers(List<String> strings) {
    Runtime runtime = Runtime.getSystemRuntime();
    int size = runtime.addressSize();
    int bytes = strings.stream().mapToInt(each -> bytes(each).length + 1).sum();
    int texts = (strings.size() + 1) * size;
    Pointer array = runtime.getMemoryManager().allocateDirect(texts + bytes, true);
    long at = texts;
    for (int i = 0; i < strings.size(); i++) {
      byte[] text = bytes(strings.get(i));
      array.put(at, text, 0, text.length);
      array.putAddress((long) i * size, array.address() + at);
      at += text.length + 1;
    }
    return array;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Receives the descriptor; -1 if the helper ends without sending one. */
  private static int receive(int socket) {
    NativeBuffer memory = NativeBuffer.allocate(CONTROL + CONTROL_BYTES);
    long at = memory.address();
    memory.buffer().putLong(16, at + VECTOR).putLong(24, 1);
    memory.buffer().putLong(32, at + CONTROL).putLong(40, CONTROL_BYTES);
    memory.buffer().putLong(VECTOR, at + DATA).putLong(VECTOR + 8, 1);
    memory.buffer().putInt(DESCRIPTOR, -1);
    long received = MountFunctions.C.recvmsg(socket, at, MSG_CMSG_CLOEXEC);
    return received > 0 ? memory.buffer().getInt(DESCRIPTOR) : -1;
  }

  /** The descriptor isn't passed on to programs. */
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
}
