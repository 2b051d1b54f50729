package kifs.fs.root.cgroups;

import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.pressure;
import static kifs.fs.node.entity.Attribute.refusable;
import static kifs.fs.node.entity.Attribute.shown;
import static kifs.kernel.record.CgroupRecord.*;

import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Stream;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Field;
import kifs.kernel.record.Guard;
import kifs.kernel.record.TotalRecord;

/**
 * The attributes of a cgroup, {@code cgroups/<name>/NAME}, and of the groups below the root or
 * below another group together, {@code sum/NAME}. A group that lacks a controller lacks the
 * attributes of that controller.
 */
public final class CgroupAttributes {
  private static final CpuPercent<CgroupEntity> CPU = CpuPercent.ofCgroup(CgroupEntity::kernel);

  public static final List<Attribute<CgroupEntity>> ALL =
      Stream.<Attribute<CgroupEntity>>of(
              Attribute.<CgroupEntity>text(
                  "path",
                  "path from the root of the hierarchy, escaped",
                  Guard.OPEN,
                  group -> Values.escaped(group.ref().path())),
              of("id", ID),
              names(
                  "versions",
                  "versions of cgroups that have the path",
                  VERSIONS,
                  List.of("v1", "v2")),
              names(
                  "controllers",
                  "controllers that the group can have",
                  CONTROLLERS,
                  CONTROLLER_NAMES),
              shown(
                  "type",
                  String.join(", ", KINDS),
                  KIND,
                  kind -> kind < KINDS.size() ? KINDS.get((int) kind) : Long.toString(kind)),
              of("populated", POPULATED),
              of("frozen", FROZEN),
              of("descendants", DESCENDANTS),
              of("descendants.dying", DYING),
              CPU.recent(),
              CPU.window(),
              of("cpu.time", CPU_USAGE),
              of("cpu.user", CPU_USER),
              of("cpu.system", CPU_SYSTEM),
              of("cpu.periods", CPU_PERIODS),
              of("cpu.throttled.periods", CPU_THROTTLED),
              of("cpu.throttled.time", CPU_THROTTLED_TIME),
              shown("cpu.quota", CPU_QUOTA.doc() + ", s", CPU_QUOTA, CgroupAttributes::quota),
              of("cpu.period", CPU_PERIOD),
              of("cpu.weight", CPU_WEIGHT),
              of("memory", MEMORY),
              of("memory.peak", MEMORY_PEAK),
              limit("memory.low", MEMORY_LOW),
              limit("memory.high", MEMORY_HIGH),
              limit("memory.limit", MEMORY_LIMIT),
              limit("memory.limit.effective", MEMORY_EFFECTIVE),
              of("memory.anon", ANON),
              of("memory.file", FILE),
              of("memory.shmem", SHMEM),
              of("memory.low.events", LOW_EVENTS),
              of("memory.high.events", HIGH_EVENTS),
              of("memory.max.events", MAX_EVENTS),
              of("oom.events", OOM_EVENTS),
              of("oom.kills", OOM_KILLS),
              of("swap", SWAP),
              limit("swap.limit", SWAP_LIMIT),
              of("faults.major", MAJOR_FAULTS),
              of("pids", PIDS),
              limit("pids.limit", PIDS_LIMIT),
              of("pids.peak", PIDS_PEAK),
              of("pids.refused", PIDS_REFUSED),
              of("io.read", READ),
              of("io.write", WRITE),
              of("io.reads", READS),
              of("io.writes", WRITES),
              pressure("pressure.cpu", CPU_SOME),
              pressure("pressure.cpu.full", CPU_FULL),
              pressure("pressure.memory", MEMORY_SOME),
              pressure("pressure.memory.full", MEMORY_FULL),
              pressure("pressure.io", IO_SOME),
              pressure("pressure.io.full", IO_FULL))
          // The kernel has the files of a controller only in groups for which it is switched on.
          .map(attribute -> refusable(attribute))
          .toList();

  public static final List<Attribute<Kernel>> SUM =
      List.of(
          of("groups", TotalRecord.ENTITIES),
          of("cpu.time", TotalRecord.CGROUP_CPU),
          of("memory", TotalRecord.CGROUP_MEMORY),
          of("swap", TotalRecord.CGROUP_SWAP),
          of("pids", TotalRecord.CGROUP_PIDS),
          of("io.read", TotalRecord.CGROUP_READ),
          of("io.write", TotalRecord.CGROUP_WRITE));

  private CgroupAttributes() {}

  private static Attribute<CgroupEntity> limit(String name, Field field) {
    return Attribute.shown(name, field.doc(), field, Values::limit);
  }

  /** An attribute of a mask: the names of its bits, separated by blanks. */
  private static <E> Attribute<E> names(
      String name, String doc, Field field, List<String> bitNames) {
    return Attribute.shown(
        name,
        doc,
        field,
        mask -> {
          StringJoiner names = new StringJoiner(" ");
          for (int i = 0; i < bitNames.size(); i++) {
            if ((mask & 1L << i) != 0) {
              names.add(bitNames.get(i));
            }
          }
          return names.toString();
        });
  }

  private static String quota(long ns) {
    return ns == -1 ? Values.limit(ns) : Values.seconds(ns);
  }
}
