package kifs.fs.tree;

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
  ENOTDIR(20),
  EISDIR(21),
  EINVAL(22),
  ENFILE(23),
  EMFILE(24),
  EROFS(30),
  ENAMETOOLONG(36),
  ENODATA(61),
  ENOTCONN(107),
  ECANCELED(125);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  public int number() {
    return number;
  }
}
