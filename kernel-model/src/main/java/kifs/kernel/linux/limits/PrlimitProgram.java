package kifs.kernel.linux.limits;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.RlimitValue;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.record.LimitsRecord;

/**
 * Sets rlimits by a process that has the real user and the real group of a client, and no
 * capabilities. The program prlimit(1) makes the system call, and setpriv(1) takes on the ids; both
 * are part of util-linux.
 *
 * <p>The effective user of the process stays root's, so the client can't trace it. The client may
 * end or stop it, which harms only the client's own write. A process runs for some milliseconds.
 *
 * <p>Thread-safe. One process of a user runs at a time, so that a user who stops it delays no other
 * user.
 */
final class PrlimitProgram {
  private static final long TIMEOUT_MS = 2000;
  private static final int MAX_MESSAGE_BYTES = 1000;
  private static final int EINTR_STATUS = 128;

  /** The exit status of setpriv(1) if it can't take on the ids, from its manual page. */
  private static final int PRIVILEGE_ERROR = 127;

  /** The users whose process runs now. Its monitor guards it. */
  private static final Set<Long> RUNNING = new HashSet<>();

  private PrlimitProgram() {}

  /**
   * Sets an rlimit of a process.
   *
   * @param softOnly whether the hard value stays as it is
   * @return 0 or a negative errno; -EINTR if the process was ended, or took too long
   * @throws LimitException EPERM if there are no such programs, or they can't take on the ids
   */
  static int set(
      ClientIdentity client,
      int pid,
      LimitsRecord.Limit limit,
      RlimitValue value,
      boolean softOnly) {
    String hard = softOnly ? "" : RlimitValue.text(value.hard());
    List<String> command =
        List.of(
            "setpriv",
            "--ruid=" + client.realUid(),
            "--rgid=" + client.realGid(),
            "--clear-groups",
            "--inh-caps=-all",
            "--bounding-set=-all",
            "prlimit",
            "--pid=" + pid,
            "--%s=%s:%s".formatted(limit.name(), RlimitValue.text(value.soft()), hard));
    try {
      begin(client.realUid());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -Syscalls.EINTR;
    }
    try {
      return run(command);
    } finally {
      end(client.realUid());
    }
  }

  private static void begin(long user) throws InterruptedException {
    synchronized (RUNNING) {
      while (!RUNNING.add(user)) {
        RUNNING.wait();
      }
    }
  }

  private static void end(long user) {
    synchronized (RUNNING) {
      RUNNING.remove(user);
      RUNNING.notifyAll();
    }
  }

  private static int run(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.environment().put("LC_ALL", "C");
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new LimitException(
          LimitException.EPERM, "setpriv(1) and prlimit(1) are needed for this client: " + e);
    }
    try (InputStream errors = process.getErrorStream()) {
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
        return -Syscalls.EINTR;
      }
      return result(process.exitValue(), errors);
    } catch (IOException e) {
      return -Syscalls.EINTR;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -Syscalls.EINTR;
    } finally {
      process.destroyForcibly();
    }
  }

  private static int result(int status, InputStream errors) throws IOException {
    if (status == 0) {
      return 0;
    }
    String message =
        new String(errors.readNBytes(MAX_MESSAGE_BYTES), StandardCharsets.ISO_8859_1).strip();
    if (status == PRIVILEGE_ERROR) {
      throw new LimitException(LimitException.EPERM, message);
    }
    if (status > EINTR_STATUS) {
      return -Syscalls.EINTR;
    }
    if (message.endsWith("No such process")) {
      return -Syscalls.ESRCH;
    }
    // The program itself compares a soft value alone with the present hard one.
    boolean isInvalid = message.endsWith("Invalid argument") || message.contains("cannot exceed");
    return isInvalid ? -Syscalls.EINVAL : -Syscalls.EPERM;
  }
}
