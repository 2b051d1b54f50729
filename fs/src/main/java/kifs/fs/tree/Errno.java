package kifs.fs.tree;

import java.util.Arrays;

/**
 * The error numbers that clients see, from the kernel's uapi/asm-generic/errno.h. They are equal on
 * all architectures that kifs supports.
 */
public enum Errno {
  EPERM(1),
  ENOENT(2),
  ESRCH(3),
  EINTR(4),
  EIO(5),
  EBADF(9),
  EAGAIN(11),
  ENOMEM(12),
  EACCES(13),
  EBUSY(16),
  ENODEV(19),
  ENOTDIR(20),
  EISDIR(21),
  EINVAL(22),
  ENFILE(23),
  EMFILE(24),
  ENOSPC(28),
  EROFS(30),
  ERANGE(34),
  ENAMETOOLONG(36),
  ENOSYS(38),
  ENODATA(61),
  EPROTO(71),
  EOPNOTSUPP(95),
  ENOTCONN(107),
  ESTALE(116),
  ECANCELED(125);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }

  /** The error of a number; {@link #EIO} for a number that isn't listed here. */
  public static Errno of(int number) {
    return Arrays.stream(values()).filter(e -> e.number == number).findAny().orElse(EIO);
  }
}
