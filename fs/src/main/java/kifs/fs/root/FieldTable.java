package kifs.fs.root;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import kifs.fs.node.entity.Attribute;
import kifs.fs.root.cgroups.CgroupAttributes;
import kifs.fs.root.processes.ProcessAttributes;
import kifs.fs.root.processes.TotalAttributes;
import kifs.fs.root.processes.threads.ThreadAttributes;
import kifs.fs.root.shm.ShmAttributes;
import kifs.fs.root.system.SystemAttributes;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.Pressure;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;

/**
 * The text of {@code schema/attributes}: for every field of a record the attributes that show it,
 * or why there is none. The attributes come from the tables of attributes; the reasons are here. A
 * test fails if a field has neither. Immutable.
 */
final class FieldTable {
  /**
   * One field.
   *
   * @param attributes the names of the attributes that show it, separated by spaces; empty: none
   * @param reason why there is none, or what shows it instead; empty: there is an attribute
   */
  record Row(RecordType type, Field field, String attributes, String reason) {}

  /** Why all fields of a type have no attribute. */
  private static final Map<RecordType, String> OF_TYPES =
      Map.ofEntries(
          Map.entry(SnapshotRecord.TYPE, "describes the bulk, not the kernel"),
          Map.entry(ChangesRecord.TYPE, "describes the bulk, not the kernel"),
          Map.entry(GoneRecord.TYPE, "describes the bulk, not the kernel"),
          Map.entry(TextRecord.TYPE, "a part of the bulk's form"),
          Map.entry(CpuRecord.TYPE, "a CPU has no directory; system/bulk has the record"),
          Map.entry(CommandRecord.TYPE, "the attributes cmdline and exe show the texts whole"),
          Map.entry(
              LimitsRecord.TYPE,
              "the files in limits/ show the limits; the metrics limits.* compare their use"),
          Map.entry(FdRecord.TYPE, "the line of the file fds/<fd> shows it"),
          Map.entry(ShmUserRecord.TYPE, "the file shm/<id>/users shows it"),
          Map.entry(WaitRecord.TYPE, "the table locks/waits shows it"),
          Map.entry(
              BaselineRecord.PROCESS.type(), "the attribute and the directory unusual show it"),
          Map.entry(
              BaselineRecord.THREAD.type(), "the attribute and the directory unusual show it"));

  private static final String FAULTS_OF_CHILDREN =
      "page faults of children are rarely asked for; docs/extending.md adds one as its example";
  private static final String CANCELLED =
      "a small correction of write_bytes, for those who do sums with the bulk";
  private static final String CALLS_OF_THREAD =
      "the attribute io.* of the process has it; of one thread it is rarely asked for";
  private static final String VIEWER = "the owner of the guarded files shows who may see them";
  private static final String RATE = "the metrics pressure.* are its rate";
  private static final String DIRECTORY = "the name of the directory";

  private static final Map<RecordType, Map<Field, String>> OF_FIELDS =
      Map.of(
          ProcessRecord.TYPE,
              Map.of(
                  ProcessRecord.PID, DIRECTORY,
                  ProcessRecord.TASK_FLAGS, "bits whose meaning changes between kernels",
                  ProcessRecord.CHILDREN_MINOR_FAULTS, FAULTS_OF_CHILDREN,
                  ProcessRecord.CHILDREN_MAJOR_FAULTS, FAULTS_OF_CHILDREN,
                  ProcessRecord.CANCELLED_WRITE, CANCELLED,
                  ProcessRecord.CGROUP_ID, "the attribute cgroup shows the path",
                  ProcessRecord.CAPABILITIES, VIEWER,
                  ProcessRecord.VIEWER_UID, VIEWER,
                  ProcessRecord.VIEWER_GID, VIEWER),
          ThreadRecord.TYPE,
              Map.of(
                  ThreadRecord.TID, DIRECTORY,
                  ThreadRecord.PID, DIRECTORY + " above",
                  ThreadRecord.SYSCALL_ARG0, "the attribute wait.on shows it where it is a lock",
                  ThreadRecord.RCHAR, CALLS_OF_THREAD,
                  ThreadRecord.WCHAR, CALLS_OF_THREAD,
                  ThreadRecord.SYSCR, CALLS_OF_THREAD,
                  ThreadRecord.SYSCW, CALLS_OF_THREAD,
                  ThreadRecord.CANCELLED_WRITE, CANCELLED),
          TotalRecord.TYPE,
              Map.of(
                  TotalRecord.of(ProcessRecord.CHILDREN_MINOR_FAULTS), FAULTS_OF_CHILDREN,
                  TotalRecord.of(ProcessRecord.CHILDREN_MAJOR_FAULTS), FAULTS_OF_CHILDREN,
                  TotalRecord.of(ProcessRecord.CANCELLED_WRITE), CANCELLED),
          ShmRecord.TYPE,
              Map.of(
                  ShmRecord.ID, DIRECTORY,
                  ShmRecord.NAME_OFFSET, "the attribute name shows the text",
                  ShmRecord.NAME_LENGTH, "the attribute name shows the text",
                  ShmRecord.LISTED, "decides who may know the object"),
          CgroupRecord.TYPE, ofCgroups(),
          SystemRecord.TYPE, pressures());

  private FieldTable() {}

  private static Map<Field, String> ofCgroups() {
    Map<Field, String> reasons = new HashMap<>();
    reasons.put(CgroupRecord.PARENT, "the directory above shows it");
    reasons.put(CgroupRecord.DEPTH, "the directories above show it");
    reasons.put(CgroupRecord.PATH_OFFSET, "the attribute path shows the text");
    reasons.put(CgroupRecord.PATH_LENGTH, "the attribute path shows the text");
    for (Pressure pressure :
        List.of(
            CgroupRecord.CPU_SOME,
            CgroupRecord.CPU_FULL,
            CgroupRecord.MEMORY_SOME,
            CgroupRecord.MEMORY_FULL,
            CgroupRecord.IO_SOME,
            CgroupRecord.IO_FULL)) {
      reasons.put(pressure.total(), RATE);
    }
    return reasons;
  }

  private static Map<Field, String> pressures() {
    Map<Field, String> reasons = new HashMap<>();
    for (Pressure pressure :
        List.of(
            SystemRecord.CPU_SOME,
            SystemRecord.CPU_FULL,
            SystemRecord.MEMORY_SOME,
            SystemRecord.MEMORY_FULL,
            SystemRecord.IO_SOME,
            SystemRecord.IO_FULL)) {
      reasons.put(pressure.total(), RATE);
      for (Field longer : pressure.averages().subList(1, pressure.averages().size())) {
        reasons.put(longer, "the attribute pressure.* shows the average of 10 s");
      }
    }
    return reasons;
  }

  /** A header line, then one line for each field of each record, with columns by tabs. */
  static String text() {
    StringBuilder out = new StringBuilder("record\tfield\tattributes\twhy none\n");
    for (Row row : rows()) {
      String attributes = row.attributes().isEmpty() ? "-" : row.attributes();
      String reason = row.reason().isEmpty() ? "-" : row.reason();
      out.append(
          String.join("\t", row.type().name(), row.field().name(), attributes, reason) + "\n");
    }
    return out.toString();
  }

  /** All fields of all records except {@code absent}, in the order of the records. */
  static List<Row> rows() {
    return Records.ALL.stream()
        .flatMap(type -> type.fields().stream().map(field -> row(type, field)))
        .filter(row -> !row.field().name().equals("absent"))
        .toList();
  }

  private static Row row(RecordType type, Field field) {
    String attributes = attributes(type, field);
    String reason =
        OF_FIELDS.getOrDefault(type, Map.of()).getOrDefault(field, OF_TYPES.getOrDefault(type, ""));
    return new Row(type, field, attributes, attributes.isEmpty() ? reason : "");
  }

  private static String attributes(RecordType type, Field field) {
    StringJoiner names = new StringJoiner(" ");
    for (List<? extends Attribute<?>> table : tables(type)) {
      table.stream()
          .filter(attribute -> (attribute.fields() & field.bit()) != 0)
          .forEach(attribute -> names.add(attribute.name()));
    }
    return names.toString();
  }

  private static List<List<? extends Attribute<?>>> tables(RecordType type) {
    if (type == ProcessRecord.TYPE) {
      return List.of(ProcessAttributes.ALL);
    }
    if (type == ThreadRecord.TYPE) {
      return List.of(ThreadAttributes.ALL);
    }
    if (type == SystemRecord.TYPE) {
      return List.of(SystemAttributes.ALL);
    }
    if (type == ShmRecord.TYPE) {
      return List.of(ShmAttributes.ALL);
    }
    if (type == CgroupRecord.TYPE) {
      return List.of(CgroupAttributes.ALL);
    }
    return type == TotalRecord.TYPE
        ? List.of(TotalAttributes.PROCESSES, ShmAttributes.SUM, CgroupAttributes.SUM)
        : List.of();
  }
}
