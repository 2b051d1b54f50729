package kifs.kernel.linux.limits;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * Runs system calls with the rights of a client, so that the kernel decides what the client may
 * change. Each action gets a thread of its own, which takes on the client's effective user, its
 * groups and those of its capabilities that the daemon has, and ends with the action. The other
 * threads of the daemon keep their rights: the system calls that change ids change one thread,
 * unlike the C library's functions of the same names.
 *
 * <p>The client can neither signal nor trace the thread, nor change its rlimits: for these, the
 * kernel compares the client with the real and the saved user of the thread, of which the saved one
 * stays root. Only a client that is root may. While the action lasts, the client may change the
 * scheduling of this one thread.
 *
 * <p>The kernel decides by the effective ids for files, nice values, scheduling policies and
 * affinities. It looks at the real user id in prlimit(2) and ioprio_set(2). In an action, the real
 * user is root only if the client's is. Otherwise no process has it, so nothing is allowed because
 * of it.
 *
 * <p>The kernel switches core dumps of the daemon off when one of its threads changes ids.
 *
 * <p>Thread-safe.
 */
public final class ClientThread {
  /** A user id that no process has. */
  static final long NO_USER = 0xFFFF_FFF0L;

  private static final int CAPABILITY_VERSION = 0x20080522;
  private static final int HEADER_BYTES = 8;
  private static final int DATA_BYTES = 24;

  /** Offsets in two struct __user_cap_data_struct. */
  private static final int PERMITTED = 4;

  private static final int UPPER = 12;

  private ClientThread() {}

  /**
   * Runs an action with a client's rights, and waits until it has ended.
   *
   * @param action makes system calls and nothing else: it must not load classes, because the client
   *     may have no right to read their files, and it must not start threads
   * @return the result of the action
   * @throws LimitException EPERM if the daemon can't take on the client's rights; or what the
   *     action throws
   */
  public static <T> T run(ClientIdentity client, Supplier<T> action) {
    Rights rights = new Rights(client);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              rights.takeOn();
              return action.get();
            });
    Thread thread = new Thread(task, "kifs-client");
    thread.setDaemon(true);
    thread.start();
    return result(task);
  }

  /** The action can't be interrupted, because it may have changed something already. */
  private static <T> T result(FutureTask<T> task) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw rethrown(requireNonNull(e.getCause()));
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException rethrown(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException exception
        ? exception
        : new IllegalStateException(cause);
  }

  /** The memory that the system calls read, allocated before the rights are changed. */
  private static final class Rights {
    private final ClientIdentity client;
    private final NativeBuffer groups;
    private final NativeBuffer header = NativeBuffer.allocate(HEADER_BYTES);
    private final NativeBuffer data = NativeBuffer.allocate(DATA_BYTES);

    Rights(ClientIdentity client) {
      this.client = client;
      this.groups = buffer(client.groups());
    }

    private static NativeBuffer buffer(Set<Long> groups) {
      NativeBuffer buffer = NativeBuffer.allocate(Integer.BYTES * groups.size());
      groups.forEach(group -> buffer.buffer().putInt(group.intValue()));
      return buffer;
    }

    /** Changes the rights of the calling thread. */
    void takeOn() {
      if (Syscalls.geteuid() == 0) {
        takeOnIds();
      } else {
        requireDaemonsUser();
      }
      header.buffer().putInt(0, CAPABILITY_VERSION);
      require(Syscalls.capget(header.address(), data.address()));
      limit(0, client.capabilities(), client.permitted());
      limit(UPPER, client.capabilities() >>> Integer.SIZE, client.permitted() >>> Integer.SIZE);
      require(RightsCalls.capset(header.address(), data.address()));
    }

    private void takeOnIds() {
      long realUid = client.realUid() == 0 ? 0 : NO_USER;
      require(RightsCalls.setgroups(client.groups().size(), groups.address()));
      require(RightsCalls.setresgid(client.realGid(), client.gid(), 0));
      require(RightsCalls.setresuid(realUid, client.uid(), 0));
    }

    /** A daemon that isn't root has the rights of its own user only. */
    private void requireDaemonsUser() {
      if (client.realUid() != client.uid() || client.uid() != Syscalls.geteuid()) {
        throw new LimitException(LimitException.EPERM, "the daemon runs as another user");
      }
    }

    /**
     * Keeps 32 capabilities that both the client and the daemon have. The permitted ones matter,
     * too: a client that has fewer than a process may not change its scheduling.
     */
    private void limit(int at, long effective, long permitted) {
      int own = data.buffer().getInt(at + PERMITTED);
      data.buffer().putInt(at, own & (int) effective);
      data.buffer().putInt(at + PERMITTED, own & (int) permitted);
    }

    private static void require(int result) {
      if (result < 0) {
        throw new LimitException(
            LimitException.EPERM, "the daemon can't act for this client: errno " + -result);
      }
    }
  }
}
