package kifs.fs.access;

import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import kifs.fs.tree.Caller;
import kifs.kernel.limits.ClientIdentity;
import kifs.kernel.record.Escapes;
import org.jspecify.annotations.Nullable;

/**
 * Reads from /proc what kifs needs to know about a client. Clients are processes of the host on
 * which kifs runs, even if kifs shows a simulated kernel. Thread-safe.
 */
public final class Callers {
  private static final long SIGKILL_PENDING = 1L << 8;

  /** The indices of ids in a line of status. */
  private static final int REAL = 0;

  private static final int EFFECTIVE = 1;
  private static final int FILE_SYSTEM = 3;

  private static final @Nullable String USER_NAMESPACE = ThreadFiles.link("/proc/self/ns/user");
  private static final boolean IS_OWN_PROC = isOwnProc();

  private static final long[] NO_IDS = {-1, -1, -1, -1};

  private Callers() {}

  /** The process of a thread; the tid itself if the thread has just vanished. */
  public static int processOf(int tid) {
    String line = statusLine(tid, "Tgid:");
    return line == null ? tid : Integer.parseInt(line);
  }

  /**
   * Whether an interrupted thread is about to end. Any fatal signal leaves SIGKILL pending for
   * every thread of the process.
   */
  public static boolean isDying(int tid) {
    String pending = statusLine(tid, "SigPnd:");
    String state = statusLine(tid, "State:");
    return pending == null
        || state == null
        || (Long.parseUnsignedLong(pending, 16) & SIGKILL_PENDING) != 0
        || state.startsWith("Z")
        || state.startsWith("X");
  }

  /**
   * The rights of a client. It is blocked in its call, so they can't change meanwhile.
   *
   * @return empty if the client can't be identified: the kernel gave no tid, because the client is
   *     in a pid namespace that kifs doesn't see, or what /proc shows of the thread doesn't fit; or
   *     /proc is that of another pid namespace
   */
  static Optional<ClientRights> rights(Caller caller) {
    if (caller.tid() <= 0 || !IS_OWN_PROC) {
      return Optional.empty();
    }
    // For root this is enough, and takes a tenth of the time.
    long mask = caller.uid() == 0 ? ThreadFiles.capabilities(caller.tid()) : 0;
    if (AccessRules.isPowerful(mask)
        && (isInOwnUserNamespace(caller.tid()) || isRootWithOwnIds(caller.tid()))) {
      return Optional.of(new ClientRights(Set.of(caller.gid()), mask, true));
    }
    String status = status(caller.tid());
    if (status == null
        || ids(status, "Uid:")[FILE_SYSTEM] != caller.uid()
        || ids(status, "Gid:")[FILE_SYSTEM] != caller.gid()) {
      return Optional.empty();
    }
    Set<Long> groups = supplementary(status);
    groups.add(caller.gid());
    String effective = line(status, "CapEff:");
    long capabilities = effective == null ? 0 : Long.parseUnsignedLong(effective, 16);
    return Optional.of(new ClientRights(groups, capabilities, isInOwnUserNamespace(caller.tid())));
  }

  /**
   * The rights by which the kernel decides what a client may change. It is blocked in its call, so
   * they can't change meanwhile.
   *
   * @return empty if kifs can't act for the client: it can't be identified, see {@link #rights}; it
   *     is in another user namespace; or its file-system ids are not its effective ids
   */
  static Optional<ClientIdentity> identity(Caller caller) {
    String status = caller.tid() > 0 && IS_OWN_PROC ? status(caller.tid()) : null;
    if (status == null || !isInOwnUserNamespace(caller.tid())) {
      return Optional.empty();
    }
    long[] users = ids(status, "Uid:");
    long[] groups = ids(status, "Gid:");
    String effective = line(status, "CapEff:");
    String permitted = line(status, "CapPrm:");
    if (effective == null
        || permitted == null
        || users[EFFECTIVE] != users[FILE_SYSTEM]
        || groups[EFFECTIVE] != groups[FILE_SYSTEM]
        || users[FILE_SYSTEM] != caller.uid()
        || groups[FILE_SYSTEM] != caller.gid()) {
      return Optional.empty();
    }
    return Optional.of(
        new ClientIdentity(
            users[REAL],
            users[EFFECTIVE],
            groups[REAL],
            groups[EFFECTIVE],
            supplementary(status),
            Long.parseUnsignedLong(effective, 16),
            Long.parseUnsignedLong(permitted, 16)));
  }

  /** What a log says of a client: its user, its process, and the name of its thread. */
  public static String describe(Caller caller) {
    String name = ThreadFiles.read("/proc/" + caller.tid() + "/comm");
    return "uid=%d pid=%d comm=%s"
        .formatted(
            caller.uid(),
            processOf(caller.tid()),
            name == null ? "-" : Escapes.line(name.stripTrailing()));
  }

  private static Set<Long> supplementary(String status) {
    Set<Long> groups = new HashSet<>();
    if (!Objects.equals(line(status, "Groups:"), "")) {
      for (long group : ids(status, "Groups:")) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static long[] ids(String status, String key) {
    String line = line(status, key);
    if (line == null || line.isEmpty()) {
      return NO_IDS;
    }
    StringTokenizer words = new StringTokenizer(line);
    long[] ids = new long[words.countTokens()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = Long.parseLong(words.nextToken());
    }
    return ids;
  }

  private static boolean isInOwnUserNamespace(int tid) {
    String namespace = ThreadFiles.link("/proc/" + tid + "/ns/user");
    return namespace != null && namespace.equals(USER_NAMESPACE);
  }

  /**
   * Whether a thread of root, whose namespace the kernel doesn't show, has the same user ids as
   * kifs. A kifs without CAP_SYS_PTRACE may not look at the namespace of root's threads. Only root
   * can give another namespace the ids of this one.
   */
  private static boolean isRootWithOwnIds(int tid) {
    String ids = ThreadFiles.read("/proc/" + tid + "/uid_map");
    return ThreadFiles.link("/proc/" + tid + "/ns/user") == null
        && ids != null
        && ids.equals(ThreadFiles.read("/proc/self/uid_map"));
  }

  /** Whether /proc has the ids that the kernel gives for clients: those of kifs's pid namespace. */
  private static boolean isOwnProc() {
    return Long.toString(ProcessHandle.current().pid()).equals(ThreadFiles.link("/proc/self"));
  }

  private static @Nullable String statusLine(int tid, String key) {
    String status = status(tid);
    return status == null ? null : line(status, key);
  }

  private static @Nullable String status(int tid) {
    return ThreadFiles.read("/proc/" + tid + "/status");
  }

  private static @Nullable String line(String status, String key) {
    int at = status.indexOf("\n" + key);
    if (at < 0) {
      return null;
    }
    int end = status.indexOf('\n', at + 1);
    return status.substring(at + 1 + key.length(), end < 0 ? status.length() : end).strip();
  }
}
