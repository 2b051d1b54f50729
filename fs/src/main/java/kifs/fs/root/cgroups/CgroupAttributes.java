package kifs.fs.root.cgroups;

import static kifs.fs.node.entity.Attribute.of;
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
import kifs.kernel.record.Pressure;
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
              figure("populated", POPULATED),
              figure("frozen", FROZEN),
              figure("descendants", DESCENDANTS),
              figure("descendants.dying", DYING),
              CPU.recent(),
              CPU.window(),
              figure("cpu.time", CPU_USAGE),
              figure("cpu.user", CPU_USER),
              figure("cpu.system", CPU_SYSTEM),
              figure("cpu.periods", CPU_PERIODS),
              figure("cpu.throttled.periods", CPU_THROTTLED),
              figure("cpu.throttled.time", CPU_THROTTLED_TIME),
              shown("cpu.quota", CPU_QUOTA.doc() + ", s", CPU_QUOTA, CgroupAttributes::quota),
              figure("cpu.period", CPU_PERIOD),
              figure("cpu.weight", CPU_WEIGHT),
              figure("memory", MEMORY),
              figure("memory.peak", MEMORY_PEAK),
              limit("memory.low", MEMORY_LOW),
              limit("memory.high", MEMORY_HIGH),
              limit("memory.limit", MEMORY_LIMIT),
              limit("memory.limit.effective", MEMORY_EFFECTIVE),
              figure("memory.anon", ANON),
              figure("memory.file", FILE),
              figure("memory.shmem", SHMEM),
              figure("memory.low.events", LOW_EVENTS),
              figure("memory.high.events", HIGH_EVENTS),
              figure("memory.max.events", MAX_EVENTS),
              figure("oom.events", OOM_EVENTS),
              figure("oom.kills", OOM_KILLS),
              figure("swap", SWAP),
              limit("swap.limit", SWAP_LIMIT),
              figure("faults.major", MAJOR_FAULTS),
              figure("pids", PIDS),
              limit("pids.limit", PIDS_LIMIT),
              figure("pids.peak", PIDS_PEAK),
              figure("pids.refused", PIDS_REFUSED),
              figure("io.read", READ),
              figure("io.write", WRITE),
              figure("io.reads", READS),
              figure("io.writes", WRITES),
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

  private static Attribute<CgroupEntity> figure(String name, Field field) {
    return of(name, field);
  }

  private static Attribute<CgroupEntity> limit(String name, Field field) {
    return Attribute.shown(name, field.doc(), field, Values::limit);
  }

  private static Attribute<CgroupEntity> pressure(String name, Pressure pressure) {
    return of(name, pressure.averages().get(0));
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
