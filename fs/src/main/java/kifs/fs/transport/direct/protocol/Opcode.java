package kifs.fs.transport.direct.protocol;

import java.util.Arrays;

/** The operations that the kernel requests, from {@code enum fuse_opcode}. */
public enum Opcode {
  LOOKUP(1),
  FORGET(2),
  GETATTR(3),
  SETATTR(4),
  READLINK(5),
  SYMLINK(6),
  MKNOD(8),
  MKDIR(9),
  UNLINK(10),
  RMDIR(11),
  RENAME(12),
  LINK(13),
  OPEN(14),
  READ(15),
  WRITE(16),
  STATFS(17),
  RELEASE(18),
  INIT(26),
  OPENDIR(27),
  READDIR(28),
  RELEASEDIR(29),
  CREATE(35),
  INTERRUPT(36),
  DESTROY(38),
  POLL(40),
  BATCH_FORGET(42),
  READDIRPLUS(44),
  RENAME2(45),
  TMPFILE(51),
  /**
   * All others, which kifs answers with ENOSYS. The kernel then does what is right for a filesystem
   * without that operation: an extended attribute is EOPNOTSUPP, an ioctl is ENOTTY, a flush
   * succeeds.
   */
  OTHER(-1);

  private static final Opcode[] BY_NUMBER = new Opcode[64];

  static {
    Arrays.fill(BY_NUMBER, OTHER);
    for (Opcode opcode : values()) {
      if (opcode != OTHER) {
        BY_NUMBER[opcode.number] = opcode;
      }
    }
  }

  private final int number;

  Opcode(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  static Opcode of(int number) {
    return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : OTHER;
  }
}
