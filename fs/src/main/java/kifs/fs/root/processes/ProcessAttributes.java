package kifs.fs.root.processes;

import static kifs.fs.node.entity.Attribute.guarded;
import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.shown;
import static kifs.fs.node.entity.Attribute.sum;
import static kifs.fs.node.entity.Attribute.text;
import static kifs.fs.node.entity.Attribute.wide;
import static kifs.kernel.record.ProcessRecord.*;

import java.util.List;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.CommName;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.history.UnusualAttributes;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.SchedulingPolicy;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.source.PathTooLongException;
import kifs.kernel.source.ProcessRef;
import org.jspecify.annotations.Nullable;

/** The attributes of a process: {@code processes/<pid>/NAME}. */
public final class ProcessAttributes {
  /** A process with the services that attributes need. */
  record Entity(Kernel kernel, ProcessRef process) {}

  private static final CpuPercent<Entity> CPU =
      CpuPercent.ofProcess(Entity::kernel, e -> e.process().pid());

  public static final List<Attribute<Entity>> ALL =
      List.of(
          CommName.attribute(COMM, e -> e.process().fullName()),
          text(
              "cmdline",
              "command line, arguments joined by spaces",
              CommandRecord.COMMAND_LINE_OFFSET.guard(),
              e -> commandLine(e.process())),
          text(
              "exe",
              "path of the executable; empty if there is none; ENODATA if it is longer than 4,095"
                  + " bytes",
              CommandRecord.EXECUTABLE_OFFSET.guard(),
              e -> executable(e)),
          shown("state", STATE.doc(), STATE, state -> Character.toString((char) state)),
          of("ppid", PPID),
          of("pgid", PGID),
          of("sid", SID),
          of("uid", UID),
          of("gid", GID),
          of("euid", EUID),
          of("egid", EGID),
          of("start", START),
          CPU.recent(),
          CPU.window(),
          CPU.average(),
          UnusualAttributes.ofAll(
              e -> UnusualAttributes.score(e.kernel(), e.process().pid(), 0, false)),
          UnusualAttributes.ofIo(
              e -> UnusualAttributes.score(e.kernel(), e.process().pid(), 0, true)),
          of("cpu.time", RUNTIME),
          of("cpu.user", UTIME),
          of("cpu.system", STIME),
          sum(
              "cpu.children",
              "CPU time of children that the process has waited for, and of those that they have"
                  + " waited for, s",
              CHILDREN_UTIME,
              CHILDREN_STIME),
          of("cpu.children.user", CHILDREN_UTIME),
          of("cpu.children.system", CHILDREN_STIME),
          of("run.delay", RUN_DELAY),
          of("rss", RSS),
          of("rss.anon", RSS_ANON),
          of("rss.file", RSS_FILE),
          of("rss.shmem", RSS_SHMEM),
          of("rss.peak", RSS_PEAK),
          of("rss.huge", RSS_HUGE),
          of("vsize", VSIZE),
          of("swap", SWAP),
          guarded("shm", SHM),
          sum("shared", "resident memory that is files or shared memory", RSS_FILE, RSS_SHMEM),
          of("fds", FDS),
          shown("fds.limit", FD_LIMIT.doc(), FD_LIMIT, Values::limit),
          of("threads", THREADS),
          wide(
              "children",
              "number of its child processes",
              PPID.guard(),
              ProcessAttributes::children),
          guarded("io.read", READ),
          guarded("io.write", WRITE),
          guarded("io.rchar", RCHAR),
          guarded("io.wchar", WCHAR),
          guarded("io.syscr", SYSCR),
          guarded("io.syscw", SYSCW),
          of("faults.minor", MINOR_FAULTS),
          of("faults.major", MAJOR_FAULTS),
          sum(
              "switches",
              "context switches of the main thread",
              VOLUNTARY_SWITCHES,
              INVOLUNTARY_SWITCHES),
          of("switches.voluntary", VOLUNTARY_SWITCHES),
          of("switches.involuntary", INVOLUNTARY_SWITCHES),
          of("priority", PRIORITY),
          of("nice", NICE),
          shown("policy", "scheduling policy", POLICY, SchedulingPolicy::name),
          text(
              "cgroup",
              "path of its cgroup",
              CGROUP_ID.guard(),
              e -> e.process().cgroup().orElse(null)),
          text(
              "unreadable",
              "since when its memory can't be read, because such a read waits in the kernel: boot"
                  + " time, s; 0 if it can",
              Guard.OPEN,
              e -> Values.seconds(e.process().unreadableSince().orElse(0))),
          of("oom.score", OOM_SCORE),
          of("oom.score.adj", OOM_SCORE_ADJ));

  private ProcessAttributes() {}

  private static @Nullable String commandLine(ProcessRef process) {
    return process.commandLine().map(Values::commandLine).orElse(null);
  }

  private static @Nullable String executable(Entity entity) {
    try {
      return entity.process().executable().map(Values::escaped).orElse("");
    } catch (PathTooLongException e) {
      return null;
    }
  }

  /**
   * Counts the children among all processes of the host. /proc/[pid]/task/[tid]/children is not
   * used, because not every kernel is compiled with it (CONFIG_PROC_CHILDREN).
   */
  private static String children(Entity entity) {
    long[] count = new long[1];
    int pid = entity.process().pid();
    try (BulkBuilder processes = entity.kernel().snapshots().collect(PPID)) {
      processes.forEach(
          ProcessRecord.TYPE,
          process -> {
            if (process.get(PPID) == pid) {
              count[0]++;
            }
          });
    }
    return Long.toString(count[0]);
  }
}
