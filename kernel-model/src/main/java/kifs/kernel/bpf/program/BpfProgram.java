package kifs.kernel.bpf.program;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The programs of the object file. A constant states the name of its program in the object file,
 * the program that it needs, if any, and the maps that only this program uses. Such a map is not
 * created without its program. Only maps are listed that are large or whose type needs a newer
 * kernel than the others (task storage, Linux 5.11).
 */
public enum BpfProgram {
  /** Finds properties of the host, once. */
  SETUP("kifs_setup"),

  /** Lists all processes. */
  LIST("kifs_list", null, "kifs_lists"),

  /** Makes the records of a batch of processes and threads (Linux 6.7). */
  SWEEP("kifs_sweep", LIST, "kifs_command_states", "kifs_tracked"),

  /** Makes records as an iterator over tasks is read (Linux 5.17). */
  WALK("kifs_walk"),

  /** Finds when the kernel last accounted the CPU time of the calling thread. */
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
  private final @Nullable BpfProgram needed;
  private final List<String> ownMaps;

  /**
   * @param needed the program without which this one is useless; null: none
   */
  BpfProgram(String objectName, @Nullable BpfProgram needed, String... ownMaps) {
    this.objectName = objectName;
    this.needed = needed;
    this.ownMaps = List.of(ownMaps);
  }

  BpfProgram(String objectName) {
    this(objectName, null);
  }

  /** The program's name in the object file and in the kernel. */
  String objectName() {
    return objectName;
  }

  /** Whether this program is useless without the other one. */
  boolean needs(BpfProgram other) {
    return needed == other;
  }

  List<String> ownMaps() {
    return ownMaps;
  }

  /** The program's name in messages and in {@code about}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
