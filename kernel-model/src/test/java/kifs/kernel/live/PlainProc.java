package kifs.kernel.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A second reader of /proc, made as simple as possible with strings and maps. It returns values by
 * the names of the records' fields. It shares only these names with the source.
 */
final class PlainProc {
  private static final long TICK_NS = 10_000_000;
  private static final String[] STAT = {
    "state",
    "ppid",
    "pgid",
    "sid",
    null,
    null,
    "task_flags",
    "minor_faults",
    "children_minor_faults",
    "major_faults",
    "children_major_faults",
    "utime_ns",
    "stime_ns",
    "children_utime_ns",
    "children_stime_ns",
    "priority",
    "nice",
    "threads",
    null,
    "start_ns",
    "vsize_bytes",
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    null,
    "processor",
    "rt_priority",
    "policy"
  };
  private static final Map<String, String> STATUS =
      Map.of(
          "RssAnon", "rss_anon_bytes",
          "RssFile", "rss_file_bytes",
          "RssShmem", "rss_shmem_bytes",
          "VmRSS", "rss_bytes",
          "VmHWM", "rss_peak_bytes",
          "VmSwap", "swap_bytes",
          "HugetlbPages", "rss_huge_bytes",
          "voluntary_ctxt_switches", "voluntary_switches",
          "nonvoluntary_ctxt_switches", "involuntary_switches");
  private static final Map<String, String> IO =
      Map.of(
          "rchar", "rchar_bytes",
          "wchar", "wchar_bytes",
          "syscr", "syscr",
          "syscw", "syscw",
          "read_bytes", "read_bytes",
          "write_bytes", "write_bytes",
          "cancelled_write_bytes", "cancelled_write_bytes");

  private PlainProc() {}

  static Map<String, Object> process(int pid) throws IOException {
    Path directory = Path.of("/proc/" + pid);
    Map<String, Object> values = common(directory);
    values.put("pid", (long) pid);
    for (String key : new String[] {"oom_score_adj", "oom_score"}) {
      values.put(key, Long.parseLong(text(directory.resolve(key)).strip()));
    }
    // The file schedstat of a process is about its main thread.
    values.remove("runtime_ns");
    try (Stream<Path> fds = Files.list(directory.resolve("fd"))) {
      values.put("fds", fds.count());
    }
    for (String line : text(directory.resolve("limits")).split("\n")) {
      if (line.startsWith("Max open files")) {
        values.put("fd_limit", Long.parseLong(line.split(" {2,}")[1]));
      }
    }
    return values;
  }

  static Map<String, Object> thread(int pid, int tid) throws IOException {
    Map<String, Object> values = common(Path.of("/proc/" + pid + "/task/" + tid));
    values.put("tid", (long) tid);
    values.put("pid", (long) pid);
    return values;
  }

  private static Map<String, Object> common(Path directory) throws IOException {
    Map<String, Object> values = new TreeMap<>();
    String stat = text(directory.resolve("stat"));
    String comm = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    values.put("comm", comm.substring(0, Math.min(comm.length(), 15)));
    String[] words = stat.substring(stat.lastIndexOf(')') + 2).strip().split(" ");
    values.put("state", (long) words[0].charAt(0));
    for (int i = 1; i < STAT.length; i++) {
      if (STAT[i] != null) {
        boolean time = STAT[i].endsWith("_ns");
        values.put(STAT[i], Long.parseLong(words[i]) * (time ? TICK_NS : 1));
      }
    }
    for (String key : STATUS.values()) {
      values.put(key, 0L);
    }
    for (String line : text(directory.resolve("status")).split("\n")) {
      status(line, values);
    }
    for (String line : text(directory.resolve("io")).split("\n")) {
      String[] pair = line.split(": ");
      values.put(IO.get(pair[0]), Long.parseLong(pair[1]));
    }
    String[] sched = text(directory.resolve("schedstat")).strip().split(" ");
    values.put("runtime_ns", Long.parseLong(sched[0]));
    values.put("run_delay_ns", Long.parseLong(sched[1]));
    return values;
  }

  private static void status(String line, Map<String, Object> values) {
    String[] words = line.split("[:\\s]+");
    if (STATUS.containsKey(words[0])) {
      long unit = line.endsWith("kB") ? 1024 : 1;
      values.put(STATUS.get(words[0]), Long.parseLong(words[1]) * unit);
    } else if (words[0].equals("Uid")) {
      values.put("uid", Long.parseLong(words[1]));
      values.put("euid", Long.parseLong(words[2]));
    } else if (words[0].equals("Gid")) {
      values.put("gid", Long.parseLong(words[1]));
      values.put("egid", Long.parseLong(words[2]));
    }
  }

  /** The values of a record, by the same names. Absent fields are missing. */
  static Map<String, Object> values(Record record) {
    Map<String, Object> values = new TreeMap<>();
    RecordType type = record.type();
    for (Field field : type.fields()) {
      if (!field.name().equals("absent") && record.has(field)) {
        boolean text = field.count() > 1;
        values.put(
            field.name(),
            text
                ? new String(record.bytes(field), StandardCharsets.ISO_8859_1)
                : (Object) record.get(field));
      }
    }
    return values;
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
