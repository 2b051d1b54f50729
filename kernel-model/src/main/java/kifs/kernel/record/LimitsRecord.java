package kifs.kernel.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** LIMITS, one per process: every rlimit, soft and hard. */
public final class LimitsRecord {
  private static final Layout L =
      new Layout(19, "LIMITS", "one per process: its rlimits; 2^64-1 means unlimited");

  /** One rlimit. Its number is the kernel's RLIMIT_* value. */
  public record Limit(int number, String name, String label, Field soft, Field hard) {}

  public static final Field PID = L.s32("pid", "", "process id", "the directory's name in /proc");

  static {
    L.reserve(4);
    L.absent();
  }

  /** In the order of the kernel's RLIMIT_* numbers. */
  public static final List<Limit> LIMITS = define();

  public static final RecordType TYPE = L.fixed();

  private static List<Limit> define() {
    List<Limit> limits = new ArrayList<>();
    limit(limits, "cpu", "_s", "s", "Max cpu time", "processor time");
    limit(limits, "fsize", "_bytes", "bytes", "Max file size", "size of a file written");
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
    limit(limits, "rttime", "_us", "us", "Max realtime timeout", "real-time run without a sleep");
    return List.copyOf(limits);
  }

  private static void limit(
      List<Limit> limits, String name, String suffix, String unit, String label, String what) {
    String source = "prlimit(2) RLIMIT_" + name.toUpperCase(Locale.ROOT);
    Field soft = L.u64(name + "_soft" + suffix, unit, "soft limit: " + what, source);
    Field hard = L.u64(name + "_hard" + suffix, unit, "hard limit: " + what, source);
    limits.add(new Limit(limits.size(), name, label, soft, hard));
  }

  private LimitsRecord() {}
}
