package kifs.kernel.linux.limits;

import java.util.stream.Collectors;
import kifs.kernel.limits.CgroupMove;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.Escapes;

/**
 * {@code cgroup}: the cgroups of a process. The kernel takes a plain pid, so it is checked right
 * before and right after the move that the pid is still that of the process.
 */
final class CgroupMembership implements Setting {
  private static final String FILE = "cgroup";
  private static final String MEMBERS = "cgroup.procs";

  /** {@inheritDoc} It is {@code /proc/[pid]/cgroup}, with escapes. */
  @Override
  public String read(LimitTarget target) {
    String text = target.inDirectory(dir -> ClientFile.read(dir, FILE));
    return text.lines().map(Escapes::line).collect(Collectors.joining("\n"));
  }

  @Override
  public void write(LimitTarget target, String text, ClientIdentity client) {
    CgroupMove move = CgroupMove.parse(text);
    String directory =
        target
            .cgroupDirectory(move)
            .orElseThrow(() -> LimitException.invalid("no such hierarchy or path"));
    int dir = Syscalls.open(directory, Syscalls.O_PATH | Syscalls.O_DIRECTORY);
    if (dir < 0) {
      throw new LimitException(-dir, "no such cgroup");
    }
    try {
      requireAlive(target);
      ClientFile.write(client, dir, MEMBERS, Integer.toString(target.id()));
      requireAlive(target);
    } finally {
      Syscalls.close(dir);
    }
  }

  private static void requireAlive(LimitTarget target) {
    if (!target.isAlive()) {
      throw LimitException.vanished();
    }
  }
}
