package kifs.fs.root.system;

import static kifs.fs.node.entity.Attribute.of;
import static kifs.fs.node.entity.Attribute.pressure;
import static kifs.fs.node.entity.Attribute.text;
import static kifs.kernel.record.SystemRecord.*;

import java.util.List;
import kifs.fs.node.entity.Attribute;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.record.Guard;

/** The attributes of the host: {@code system/NAME}. */
public final class SystemAttributes {
  public static final List<Attribute<Kernel>> ALL =
      List.of(
          CpuPercent.SYSTEM.recent(),
          CpuPercent.SYSTEM.busy(),
          CpuPercent.SYSTEM.window(),
          CpuPercent.SYSTEM.average(),
          of("load", LOAD1),
          of("load.5m", LOAD5),
          of("load.15m", LOAD15),
          text(
              "uptime",
              "time since boot, s",
              Guard.OPEN,
              kernel -> Values.seconds(kernel.boottimeNs())),
          of("boot", BOOT),
          of("memory", MEMORY_TOTAL),
          of("memory.free", MEMORY_FREE),
          of("memory.available", MEMORY_AVAILABLE),
          of("memory.buffers", MEMORY_BUFFERS),
          of("memory.cached", MEMORY_CACHED),
          of("memory.shmem", MEMORY_SHMEM),
          of("memory.huge", MEMORY_HUGE),
          of("memory.huge.free", MEMORY_HUGE_FREE),
          of("swap", SWAP_TOTAL),
          of("swap.free", SWAP_FREE),
          of("processes", PROCESSES),
          of("threads", THREADS),
          of("runnable", RUNNABLE),
          of("blocked", BLOCKED),
          of("forks", FORKS),
          of("context.switches", CONTEXT_SWITCHES),
          of("interrupts", INTERRUPTS),
          of("files", FILES_OPEN),
          of("files.max", FILES_MAX),
          of("oom.kills", OOM_KILLS),
          pressure("pressure.cpu", CPU_SOME),
          pressure("pressure.cpu.full", CPU_FULL),
          pressure("pressure.memory", MEMORY_SOME),
          pressure("pressure.memory.full", MEMORY_FULL),
          pressure("pressure.io", IO_SOME),
          pressure("pressure.io.full", IO_FULL));

  private SystemAttributes() {}
}
