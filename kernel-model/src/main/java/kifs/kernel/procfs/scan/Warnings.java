package kifs.kernel.procfs.scan;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Warnings for the administrator about a source, each of them once. Thread-safe. */
public final class Warnings {
  public static final String WAITS_REFUSED =
      "the kernel refuses io, system calls and waits of some processes; that needs CAP_SYS_PTRACE"
          + " and every capability they have";

  public static final String FDS_REFUSED =
      "the kernel refuses what the fds of some processes are; that needs CAP_SYS_PTRACE and"
          + " every capability they have";

  public static final String MAPPINGS_REFUSED =
      "the kernel refuses the mappings of some processes, and so which shared memory they use;"
          + " that needs CAP_SYS_PTRACE and every capability they have";

  private final CopyOnWriteArrayList<String> all = new CopyOnWriteArrayList<>();

  /** Adds a warning, unless it is there already. */
  public void add(String warning) {
    all.addIfAbsent(warning);
  }

  /** A copy of all warnings, in the order in which they were added. */
  public List<String> all() {
    return List.copyOf(all);
  }
}
