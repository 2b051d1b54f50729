package kifs.kernel.bpf.program;

import java.util.List;
import java.util.Locale;

/**
 * The programs of the object file. Each has its name in there; a program that it is of no use
 * without, if any; and the maps that no other program uses, as far as they are of a kind that came
 * later than others (task storage, Linux 5.11) or large: without the program these are not made.
 */
public enum BpfProgram {
  /** Finds out about the host, once. */
  SETUP("kifs_setup"),

  /** Lists all processes. */
  LIST("kifs_list", null, "kifs_lists"),

  /** Makes the records of a batch of processes and threads (Linux 6.7). */
  SWEEP("kifs_sweep", LIST, "kifs_command_states", "kifs_tracked"),

  /** Makes records as an iterator over tasks is read (Linux 5.17). */
  WALK("kifs_walk"),

  /** Tells when the calling thread's time was last counted. */
  CLOCK("kifs_clock"),

  /** Finds blocked threads. */
  WAITS("kifs_waits", LIST),

  /** Finds open files as an iterator is read. */
  FILES("kifs_files"),

  /** Finds mappings as an iterator is read. */
  MAPPINGS("kifs_mappings"),

  /** Reports forks. */
  FORKED("kifs_forked"),

  /** Reports execs. */
  EXECED("kifs_execed"),

  /** Reports changes of a process's name. */
  RENAMED("kifs_renamed"),

  /** Reports exits. */
  EXITED("kifs_exited", null, "kifs_ended"),

  /** Reports processes that the kernel kills for lack of memory. */
  OOM_KILLED("kifs_oom_killed"),

  /** Reports processes whose resident memory crosses a level. */
  RESIZED("kifs_resized", null, "kifs_levels", "kifs_exceeded", "kifs_resizings");

  private final String objectName;
  private final BpfProgram needed;
  private final List<String> ownMaps;

  /**
   * @param needed null: none
   */
  BpfProgram(String objectName, BpfProgram needed, String... ownMaps) {
    this.objectName = objectName;
    this.needed = needed;
    this.ownMaps = List.of(ownMaps);
  }

  BpfProgram(String objectName) {
    this(objectName, null);
  }

  /** Its name in the object file, and in the kernel. */
  String objectName() {
    return objectName;
  }

  /** Whether it is of no use without that one. */
  boolean needs(BpfProgram other) {
    return needed == other;
  }

  List<String> ownMaps() {
    return ownMaps;
  }

  /** Its name in messages and in {@code about}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
