package kifs.kernel.record;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The guard of each source of a field. This table is the only place that says what is guarded: a
 * field derives its guard from its source. A source that isn't in the table is an error, so a new
 * field can't be shown to everybody by mistake.
 */
final class SourceGuards {
  /** A file of a process or a thread; empty: its directory. */
  private static final Pattern FILE =
      Pattern.compile("/proc/\\[pid\\](?:/task(?:/\\[tid\\])?)?(?:/(\\w+))?");

  /** A file of the host. */
  private static final Pattern HOST_FILE = Pattern.compile("/proc/(?!\\[pid\\])\\w+");

  /**
   * Files of a process. The kernel's fs/proc/base.c has the mode and the check of each; limits is
   * guarded because prlimit(2), which reads the same, is.
   */
  private static final Map<String, Guard> FILES =
      Map.ofEntries(
          Map.entry("stat", Guard.OPEN),
          Map.entry("status", Guard.OPEN),
          Map.entry("statm", Guard.OPEN),
          Map.entry("comm", Guard.OPEN),
          Map.entry("cmdline", Guard.OPEN),
          Map.entry("cgroup", Guard.OPEN),
          Map.entry("oom_score", Guard.OPEN),
          Map.entry("oom_score_adj", Guard.OPEN),
          Map.entry("sched", Guard.OPEN),
          Map.entry("schedstat", Guard.OPEN),
          Map.entry("io", Guard.PTRACE),
          Map.entry("maps", Guard.PTRACE),
          Map.entry("smaps", Guard.PTRACE),
          Map.entry("exe", Guard.PTRACE),
          Map.entry("cwd", Guard.PTRACE),
          Map.entry("root", Guard.PTRACE),
          Map.entry("fd", Guard.PTRACE),
          Map.entry("fdinfo", Guard.PTRACE),
          Map.entry("wchan", Guard.PTRACE),
          Map.entry("limits", Guard.PTRACE),
          Map.entry("mem", Guard.ATTACH),
          Map.entry("syscall", Guard.ATTACH));

  /** Sources that aren't files of /proc, by a part of their text. */
  private static final Map<String, Guard> OTHERS = others();

  private SourceGuards() {}

  private static Map<String, Guard> others() {
    Map<String, Guard> others = new LinkedHashMap<>();
    others.put("kifs itself", Guard.OPEN);
    others.put("entries of /proc", Guard.OPEN);
    others.put("name in /proc", Guard.OPEN);
    others.put("CPU-time clock", Guard.OPEN);
    others.put("CLOCK_", Guard.OPEN);
    others.put("sysconf(", Guard.OPEN);
    others.put("/sys/fs/cgroup", Guard.OPEN);
    others.put("prlimit(2)", Guard.PTRACE);
    others.put("ucounts", Guard.PTRACE);
    others.put("sock_diag(7)", Guard.PTRACE);
    others.put("the lock", Guard.ATTACH);
    others.put(" word", Guard.ATTACH);
    others.put("system call's arguments", Guard.ATTACH);
    return others;
  }

  /**
   * The strictest guard of all sources in a text.
   *
   * @throws IllegalArgumentException if the text has a source that isn't in the table, or none
   */
  static Guard of(String source) {
    Guard guard = null;
    Matcher files = FILE.matcher(source);
    while (files.find()) {
      String file = files.group(1);
      Guard found = file == null ? Guard.OPEN : FILES.get(file);
      if (found == null) {
        throw new IllegalArgumentException("no guard is known for " + files.group());
      }
      guard = found.or(guard == null ? found : guard);
    }
    if (HOST_FILE.matcher(source).find()) {
      guard = guard == null ? Guard.OPEN : guard;
    }
    for (Map.Entry<String, Guard> other : OTHERS.entrySet()) {
      if (source.contains(other.getKey())) {
        guard = other.getValue().or(guard == null ? Guard.OPEN : guard);
      }
    }
    if (guard == null) {
      throw new IllegalArgumentException("no guard is known for the source: " + source);
    }
    return guard;
  }
}
