package kifs.fs.mounted;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kifs.fs.node.entity.Attribute;
import kifs.fs.root.processes.ProcessAttributes;
import kifs.fs.root.processes.threads.ThreadAttributes;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;
import kifs.notifier.metric.Reading;

/** The files of a process in the tree, and the requests for the files of /proc behind each. */
final class AccessMatrix {
  private static final Pattern FILE = Pattern.compile("/proc/\\[pid\\]/(?:task/\\[tid\\]/)?(\\w+)");

  /** The files behind attributes that are made of no field. */
  private static final Map<String, String> WITHOUT_FIELDS =
      Map.of(
          "cmdline",
          "cmdline",
          "exe",
          "exe",
          "cgroup",
          "cgroup",
          "children",
          "stat",
          "unreadable",
          "stat",
          "unusual",
          "stat",
          "unusual.io",
          "io");

  private AccessMatrix() {}

  /** The files below the directory of a process, each with requests for its sources. */
  static Map<String, List<String>> files(int pid) {
    Map<String, List<String>> files = new LinkedHashMap<>();
    String proc = "/proc/" + pid + "/";
    String task = proc + "task/" + pid + "/";
    for (Attribute<?> attribute : ProcessAttributes.ALL) {
      boolean isTaken = Set.of("fds", "threads").contains(attribute.name());
      files.put(
          attribute.name() + (isTaken ? ".count" : ""),
          attribute.fields() == 0
              ? requests(proc, Set.of(WITHOUT_FIELDS.get(attribute.name())))
              : requests(proc, sources(ProcessRecord.TYPE, attribute.fields())));
    }
    for (Attribute<?> attribute : ThreadAttributes.ALL) {
      String file = WITHOUT_FIELDS.get(attribute.name());
      files.put(
          "threads/" + pid + "/" + attribute.name(),
          requests(
              task, file == null ? sources(ThreadRecord.TYPE, attribute.fields()) : Set.of(file)));
    }
    for (Metric metric : Metrics.of(EntityKind.PROCESS, false)) {
      Reading reading = metric.reading(EntityKind.PROCESS);
      if (reading != null) {
        Set<String> sources = sources(reading.type(), reading.fields());
        files.put(threshold(metric), requests(proc, sources));
      }
    }
    for (LimitKind kind : LimitKind.OF_PROCESSES) {
      boolean isRlimit = kind.doc().endsWith("prlimit(2)");
      String source = isRlimit ? "limits" : WITHOUT_FIELDS.getOrDefault(kind.name(), "stat");
      files.put("limits/" + kind.name(), requests(proc, Set.of(source)));
    }
    for (LimitKind kind : LimitKind.OF_THREADS) {
      files.put("threads/" + pid + "/limits/" + kind.name(), requests(task, Set.of("stat")));
    }
    files.remove("limits/uclamp");
    files.remove("threads/" + pid + "/limits/uclamp");
    files.put("stat", requests(proc, Set.of("stat")));
    files.put("bulk", requests(proc, Set.of("stat")));
    files.put("history", requests(proc, Set.of("stat")));
    files.put("history.svg", requests(proc, Set.of("stat")));
    files.put("bulk?tags=baseline,thread_baseline", requests(proc, Set.of("stat")));
    files.put("threads/bulk", requests(proc, Set.of("stat")));
    files.put("threads/sum/io.read", requests(proc, Set.of("io")));
    files.put("threads/sum/cpu.time", requests(proc, Set.of("schedstat")));
    files.put("fds", requests(proc, Set.of("fd")));
    files.put("fds/0", List.of("link " + proc + "fd/0"));
    files.put("fds/bulk", List.of("list " + proc + "fd", "link " + proc + "fd/0"));
    return files;
  }

  private static String threshold(Metric metric) {
    String value = metric.nature() == Metric.Nature.STATE ? "occurs/D" : "above/1";
    return "notify/" + metric.name() + "/" + value;
  }

  /** The names of the files of /proc in the sources of some fields. */
  private static Set<String> sources(RecordType type, long fields) {
    Set<String> files = new TreeSet<>();
    for (Field field : type.fields()) {
      if ((fields & field.bit()) != 0) {
        Matcher matcher = FILE.matcher(field.source());
        while (matcher.find()) {
          files.add(matcher.group(1));
        }
        if (field.source().startsWith("prlimit(2)")) {
          files.add("limits");
        }
        if (field.source().contains(" word")) {
          files.add("mem");
        }
      }
    }
    return files;
  }

  private static List<String> requests(String directory, Set<String> files) {
    List<String> requests = new ArrayList<>();
    for (String file : files) {
      String kind =
          switch (file) {
            case "fd", "fdinfo" -> "list ";
            case "exe" -> "link ";
            case "mem" -> "open ";
            default -> "read ";
          };
      requests.add(kind + directory + file);
    }
    return requests;
  }
}
