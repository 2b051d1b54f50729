package kifs.kernel.linux.limits;

import java.nio.charset.StandardCharsets;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.limits.LimitException;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/** Files of the kernel in which limits stand. Thread-safe. */
public final class ClientFile {
  private static final int READ_BYTES = 16_384;

  private ClientFile() {}

  /**
   * The owner of a file.
   *
   * @param dir the fd of its directory
   * @param name one char a byte
   * @throws LimitException the error of the kernel
   */
  public static EntityLimits.Owner owner(int dir, String name) {
    NativeBuffer path = NativeBuffer.string(name);
    NativeBuffer found = NativeBuffer.allocate(Statx.BYTES);
    int want = Statx.WANT_UID | Statx.WANT_GID;
    require(path.call(at -> Syscalls.statx(dir, at, 0, want, found.address())), name);
    return new EntityLimits.Owner(
        Integer.toUnsignedLong(found.buffer().getInt(Statx.UID)),
        Integer.toUnsignedLong(found.buffer().getInt(Statx.GID)));
  }

  /**
   * Reads a small file with the rights of the daemon, without blanks at its ends.
   *
   * @param dir the fd of its directory
   * @param name one char a byte
   * @throws LimitException the error of the kernel
   */
  public static String read(int dir, String name) {
    NativeBuffer path = NativeBuffer.string(name);
    NativeBuffer text = NativeBuffer.allocate(READ_BYTES);
    int fd = require(path.call(at -> Syscalls.openat(dir, at, Syscalls.O_RDONLY)), name);
    int length = Syscalls.read(fd, text.address(), text.capacity());
    Syscalls.close(fd);
    byte[] bytes = new byte[require(length, name)];
    text.buffer().get(0, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1).strip();
  }

  /**
   * Opens a file and writes a text to it, both with the rights of a client.
   *
   * @param dir the fd of its directory
   * @param name one char a byte
   * @param text one char a byte
   * @throws LimitException the error of the kernel
   */
  public static void write(ClientIdentity client, int dir, String name, String text) {
    NativeBuffer path = NativeBuffer.string(name);
    NativeBuffer content = NativeBuffer.string(text);
    require(ClientThread.run(client, () -> write(dir, path, content, text.length())), name);
  }

  private static int write(int dir, NativeBuffer path, NativeBuffer content, int length) {
    int fd = path.call(at -> Syscalls.openat(dir, at, Syscalls.O_WRONLY));
    if (fd < 0) {
      return fd;
    }
    int result = content.call(at -> Syscalls.write(fd, at, length));
    Syscalls.close(fd);
    return result;
  }

  private static int require(int result, String name) {
    if (result == -Syscalls.ENOENT) {
      throw LimitException.vanished();
    }
    if (result < 0) {
      throw new LimitException(-result, "the kernel refused " + name);
    }
    return result;
  }
}
