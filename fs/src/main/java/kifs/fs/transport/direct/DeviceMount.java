package kifs.fs.transport.direct;

import com.kenai.jffi.LastError;
import java.nio.file.Path;
import kifs.fs.transport.MountPoint;
import kifs.fs.transport.Transport.MountException;
import kifs.fs.tree.Caller;
import kifs.kernel.linux.Syscalls;

/** Mounts a tree, and returns the descriptor of its session. Stateless. */
final class DeviceMount {
  private static final String DEVICE = "/dev/fuse";
  private static final String NAME = "kifs";
  private static final String TYPE = "fuse.kifs";

  private static final long MS_NOSUID = 2;
  private static final long MS_NODEV = 4;
  private static final long MS_NOEXEC = 8;
  private static final long MS_NOATIME = 1024;

  private static final int EPERM = 1;

  private DeviceMount() {}

  /**
   * Mounts by mount(2), which only root may; else by the helper fusermount3.
   *
   * @param isPrivate whether only the user that mounts the tree may enter it
   * @throws MountException if the tree can't be mounted
   */
  static int mount(Path path, boolean isPrivate) throws MountException {
    // The kernel checks permissions before it asks.
    String options = isPrivate ? "default_permissions" : "default_permissions,allow_other";
    if (MountPoint.self().uid() != 0) {
      return MountHelper.mount(path, options);
    }
    int fd = Syscalls.open(DEVICE, Syscalls.O_RDWR);
    if (fd < 0) {
      throw new MountException(path + ": can't open " + DEVICE + ": errno " + -fd);
    }
    Caller self = MountPoint.self();
    String data =
        "fd=%d,rootmode=40000,user_id=%d,group_id=%d,%s"
            .formatted(fd, self.uid(), self.gid(), options);
    long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME;
    if (MountFunctions.C.mount(NAME, path.toString(), TYPE, flags, data) != 0) {
      int errno = LastError.getInstance().get();
      Syscalls.close(fd);
      throw new MountException(
          path
              + (errno == EPERM
                  ? ": this process may not mount (it needs CAP_SYS_ADMIN)"
                  : ": can't be mounted: errno " + errno));
    }
    return fd;
  }
}
