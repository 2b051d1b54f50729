package kifs.kernel.linux.limits;

import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.RlimitValue;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.LimitsRecord;

/**
 * An rlimit, which prlimit(2) sets. The kernel compares the client's real ids with those of the
 * process. A thread of the daemon can't have the real user of a client: the client could end the
 * daemon by a signal to the thread. So a thread makes the call if the client's real user is root,
 * or if the client may exceed limits and its ids don't matter. For other clients a {@linkplain
 * PrlimitProgram program} makes it, which they may end without harm.
 */
final class Rlimit implements Setting {
  private final LimitsRecord.Limit limit;

  Rlimit(LimitsRecord.Limit limit) {
    this.limit = limit;
  }

  @Override
  public String read(LimitTarget target) {
    return target.rlimit(limit).text();
  }

  @Override
  public void write(LimitTarget target, String text, ClientIdentity client) {
    RlimitValue present = target.rlimit(limit);
    RlimitValue value = parse(text, present.hard());
    if (!target.isAlive()) {
      throw LimitException.vanished();
    }
    int result = set(target.id(), value, RlimitValue.isSoftOnly(text), client);
    if (!target.isAlive()) {
      throw LimitException.vanished();
    }
    if (result < 0) {
      throw new LimitException(-result, "the kernel refused " + value.text());
    }
  }

  private RlimitValue parse(String text, long presentHard) {
    return RlimitValue.parse(text, RlimitValue.isBytes(limit), presentHard);
  }

  private int set(int pid, RlimitValue value, boolean softOnly, ClientIdentity client) {
    boolean isDaemonRoot = Syscalls.geteuid() == 0;
    boolean isRootClient = client.realUid() == 0;
    int result = -Syscalls.EPERM;
    if (!isDaemonRoot || isRootClient || client.has(ClientIdentity.SYS_RESOURCE)) {
      result = ClientThread.run(client, new Call(pid, limit.number(), value, softOnly)::make);
    }
    return result == -Syscalls.EPERM && isDaemonRoot && !isRootClient
        ? PrlimitProgram.set(client, pid, limit, value, softOnly)
        : result;
  }

  /** One prlimit(2), with the memory that it needs. */
  private static final class Call {
    private static final int BYTES = 2 * Long.BYTES;

    private final int pid;
    private final int resource;
    private final boolean softOnly;
    private final NativeBuffer limits = NativeBuffer.allocate(BYTES);
    private final NativeBuffer old = NativeBuffer.allocate(BYTES);

    Call(int pid, int resource, RlimitValue value, boolean softOnly) {
      this.pid = pid;
      this.resource = resource;
      this.softOnly = softOnly;
      limits.buffer().putLong(0, value.soft()).putLong(Long.BYTES, value.hard());
    }

    /**
     * Sets the limit. If only the soft value is meant, and another client has changed the hard one
     * since it was read, that change is put back.
     */
    int make() {
      int result = prlimit();
      if (result < 0 || !softOnly || hard(limits) == hard(old)) {
        return result;
      }
      boolean fits = Long.compareUnsigned(limits.buffer().getLong(0), hard(old)) <= 0;
      limits.buffer().putLong(0, fits ? limits.buffer().getLong(0) : old.buffer().getLong(0));
      limits.buffer().putLong(Long.BYTES, hard(old));
      result = prlimit();
      return fits || result < 0 ? result : -Syscalls.EINVAL;
    }

    private int prlimit() {
      return Syscalls.prlimit(pid, resource, limits.address(), old.address());
    }

    private static long hard(NativeBuffer buffer) {
      return buffer.buffer().getLong(Long.BYTES);
    }
  }
}
