package kifs.kernel.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** LIMITS, one per process: every rlimit, soft and hard, and the usage that the kernel shows. */
public final class LimitsRecord {
  private static final Layout LAYOUT =
      new Layout(
          19, "LIMITS", "one per process: the rlimits and their usage; 2^64-1 means unlimited");

  /**
   * One rlimit. Immutable.
   *
   * @param number the kernel's RLIMIT_* value
   * @param name the name in lower case, without RLIMIT_
   * @param label the name in {@code /proc/[pid]/limits}
   * @param soft the field of the soft limit
   * @param hard the field of the hard limit
   */
  public record Limit(int number, String name, String label, Field soft, Field hard) {}

  /**
   * How much of a limit is in use. Immutable.
   *
   * @param limit the limit
   * @param used the field of the usage
   * @param perUnit how many units of {@code used} are one unit of the limit, because the two may
   *     have different units
   */
  public record Usage(Limit limit, Field used, double perUnit) {}

  public static final Field PID =
      LAYOUT.s32("pid", "", "process id", "the directory's name in /proc");

  static {
    LAYOUT.reserve(4);
    LAYOUT.absent();
  }

  /** In the order of the kernel's RLIMIT_* numbers. */
  public static final List<Limit> LIMITS = define();

  public static final Field START =
      LAYOUT.u64(
          "start_ns", "ns", "boot time at which the process started", "/proc/[pid]/stat field 22");

  /**
   * The usages that the kernel shows. It shows the usage of nproc only to programs in the kernel.
   * It doesn't show a user's usage of msgqueue. The other limits apply to single calls and have no
   * usage.
   */
  public static final List<Usage> USAGES =
      List.of(
          used("cpu", "_ns", "ns", "CPU time", "status, or its CPU-time clock", 1e9),
          used("data", "_bytes", "bytes", "data segments and heap", "status VmData", 1),
          used("stack", "_bytes", "bytes", "stack of the main thread", "status VmStk", 1),
          used("rss", "_bytes", "bytes", "resident memory", "status VmRSS", 1),
          used("nofile", "", "", "file descriptors", "fd, st_size or entries", 1),
          used("memlock", "_bytes", "bytes", "locked memory", "status VmLck", 1),
          used("as", "_bytes", "bytes", "virtual memory", "status VmSize", 1),
          used("sigpending", "", "", "queued signals of the user", "status SigQ", 1),
          usage("nproc", "", "", "threads of the user", "task_struct.real_cred ucounts", 1));

  public static final RecordType TYPE = LAYOUT.fixed();

  private static Usage used(
      String name, String suffix, String unit, String what, String file, double perUnit) {
    return usage(name, suffix, unit, what, "/proc/[pid]/" + file, perUnit);
  }

  private static Usage usage(
      String name, String suffix, String unit, String what, String source, double perUnit) {
    Limit limit = limit(name);
    Field used = LAYOUT.u64(name + "_used" + suffix, unit, "in use: " + what, source);
    return new Usage(limit, used, perUnit);
  }

  /** The limit of that name. */
  private static Limit limit(String name) {
    return LIMITS.stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  /** The usage of the limit of that name. */
  public static Field used(String name) {
    return USAGES.stream()
        .filter(usage -> usage.limit().name().equals(name))
        .findFirst()
        .orElseThrow()
        .used();
  }

  private static List<Limit> define() {
    List<Limit> limits = new ArrayList<>();
    limit(limits, "cpu", "_s", "s", "Max cpu time", "CPU time");
    limit(limits, "fsize", "_bytes", "bytes", "Max file size", "size of a written file");
    limit(limits, "data", "_bytes", "bytes", "Max data size", "data segment");
    limit(limits, "stack", "_bytes", "bytes", "Max stack size", "main thread's stack");
    limit(limits, "core", "_bytes", "bytes", "Max core file size", "core dump");
    limit(limits, "rss", "_bytes", "bytes", "Max resident set", "resident memory (not enforced)");
    limit(limits, "nproc", "", "", "Max processes", "threads of the user");
    limit(limits, "nofile", "", "", "Max open files", "file descriptors");
    limit(limits, "memlock", "_bytes", "bytes", "Max locked memory", "locked memory");
    limit(limits, "as", "_bytes", "bytes", "Max address space", "virtual memory");
    limit(limits, "locks", "", "", "Max file locks", "file locks (not enforced)");
    limit(limits, "sigpending", "", "", "Max pending signals", "queued signals of the user");
    limit(limits, "msgqueue", "_bytes", "bytes", "Max msgqueue size", "POSIX message queues");
    limit(limits, "nice", "", "", "Max nice priority", "20 - lowest nice value");
    limit(limits, "rtprio", "", "", "Max realtime priority", "real-time priority");
    limit(limits, "rttime", "_us", "us", "Max realtime timeout", "real-time run without blocking");
    return List.copyOf(limits);
  }

  private static void limit(
      List<Limit> limits, String name, String suffix, String unit, String label, String what) {
    String source = "prlimit(2) RLIMIT_" + name.toUpperCase(Locale.ROOT);
    Field soft = LAYOUT.u64(name + "_soft" + suffix, unit, "soft limit: " + what, source);
    Field hard = LAYOUT.u64(name + "_hard" + suffix, unit, "hard limit: " + what, source);
    limits.add(new Limit(limits.size(), name, label, soft, hard));
  }

  private LimitsRecord() {}
}
