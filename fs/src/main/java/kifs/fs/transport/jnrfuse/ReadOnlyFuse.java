package kifs.fs.transport.jnrfuse;

import kifs.fs.tree.Errno;
import ru.serce.jnrfuse.FuseStubFS;
import ru.serce.jnrfuse.struct.Timespec;

/**
 * Refuses operations that would change the tree itself, with EROFS. Without these methods libfuse
 * would answer ENOSYS.
 */
abstract class ReadOnlyFuse extends FuseStubFS {
  @Override
  public int mknod(String path, long mode, long device) {
    return readOnly();
  }

  @Override
  public int mkdir(String path, long mode) {
    return readOnly();
  }

  @Override
  public int unlink(String path) {
    return readOnly();
  }

  @Override
  public int rmdir(String path) {
    return readOnly();
  }

  @Override
  public int symlink(String target, String path) {
    return readOnly();
  }

  @Override
  public int rename(String from, String to) {
    return readOnly();
  }

  @Override
  public int link(String from, String to) {
    return readOnly();
  }

  @Override
  public int chmod(String path, long mode) {
    return readOnly();
  }

  @Override
  public int chown(String path, long user, long group) {
    return readOnly();
  }

  @Override
  public int utimens(String path, Timespec[] times) {
    return readOnly();
  }

  private static int readOnly() {
    return -Errno.EROFS.number();
  }
}
