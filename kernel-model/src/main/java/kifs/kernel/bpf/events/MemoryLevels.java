package kifs.kernel.bpf.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.LevelLayout;
import kifs.kernel.bpf.layout.LevelsLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Levels of resident memory that a program on the kernel's own trace point compares with, whenever
 * a process's memory grows or shrinks. It is attached only while somebody listens. Thread-safe.
 */
public final class MemoryLevels {
  /** Instead of a process's id. */
  static final int ANY = 0;

  private static final Logger LOG = LoggerFactory.getLogger(MemoryLevels.class);
  private static final long NOT_ATTACHED = 0;

  private final Programs programs;
  private final EventRing ring;
  private final ByteBuffer shared;
  private final Level[] levels = new Level[Capacity.MAX_LEVELS.count()];
  private long link = NOT_ATTACHED;
  private boolean refused;

  private record Level(int pid, Runnable listener) {}

  private MemoryLevels(Programs programs, EventRing ring) throws BpfException {
    this.programs = programs;
    this.ring = ring;
    shared = programs.levels().buffer().order(ByteOrder.LITTLE_ENDIAN);
    ring.onResize(this::tell);
  }

  /**
   * @return null if this kernel doesn't take the program
   */
  public static MemoryLevels of(Programs programs, EventRing ring) throws BpfException {
    return programs.runs(BpfProgram.RESIZED) ? new MemoryLevels(programs, ring) : null;
  }

  /**
   * As {@link kifs.kernel.source.KernelEvents#onResize}.
   *
   * @param pid or {@link #ANY}
   */
  synchronized Optional<Watch> watch(int pid, long bytes, Runnable listener) {
    int free = 0;
    while (free < levels.length && levels[free] != null) {
      free++;
    }
    if (free == levels.length || !attach()) {
      return Optional.empty();
    }
    Level level = new Level(pid, listener);
    levels[free] = level;
    int at = at(free);
    shared
        .putInt(at + LevelLayout.PID, pid)
        .putLong(at + LevelLayout.PAGES, bytes / Syscalls.pageSize());
    shared.putInt(at + LevelLayout.USED, 1);
    count();
    // What is remembered of processes is about others.
    long generation = shared.getLong(LevelsLayout.GENERATION);
    shared.putLong(LevelsLayout.GENERATION, generation + 1);
    int taken = free;
    return Optional.of(() -> remove(taken, level));
  }

  private boolean attach() {
    if (link != NOT_ATTACHED || refused) {
      return !refused;
    }
    try {
      ring.start();
      link = programs.attach(BpfProgram.RESIZED);
    } catch (BpfException e) {
      LOG.warn("levels of memory are not watched by the kernel: {}", e.getMessage());
      refused = true;
    }
    return !refused;
  }

  private synchronized void remove(int index, Level level) {
    if (levels[index] != level) {
      return;
    }
    levels[index] = null;
    shared.putInt(at(index) + LevelLayout.USED, 0);
    if (count() == 0) {
      detach();
    }
  }

  /** Tells the program how many it must look at, which may be with gaps. */
  private int count() {
    int count = levels.length;
    while (count > 0 && levels[count - 1] == null) {
      count--;
    }
    shared.putInt(LevelsLayout.END, count);
    return count;
  }

  private void detach() {
    if (link != NOT_ATTACHED) {
      programs.detach(link);
      link = NOT_ATTACHED;
    }
  }

  private void tell(int pid) {
    Level[] current;
    synchronized (this) {
      current = levels.clone();
    }
    for (Level level : current) {
      if (level != null && (level.pid() == ANY || level.pid() == pid)) {
        level.listener().run();
      }
    }
  }

  private static int at(int index) {
    return LevelsLayout.LEVEL + index * LevelLayout.BYTES;
  }

  synchronized void close() {
    Arrays.fill(levels, null);
    detach();
    refused = true;
  }
}
