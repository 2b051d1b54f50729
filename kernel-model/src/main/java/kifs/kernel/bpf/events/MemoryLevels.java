package kifs.kernel.bpf.events;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.LevelLayout;
import kifs.kernel.bpf.layout.LevelsLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.query.Selection;
import kifs.kernel.source.KernelEvents.Named;
import kifs.kernel.source.KernelEvents.Watch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels of resident memory with which a program on a trace point of the kernel compares,
 * whenever the memory of a process grows or shrinks. The program is attached only while a level is
 * watched. Listeners are called on the thread that reads the {@link EventRing}, without a lock.
 *
 * <p>Thread-safe: guarded by this. Lock order: this object, then the {@link EventRing}.
 */
public final class MemoryLevels {
  /** Stands for the pid of any process. */
  static final int ANY = 0;

  private static final Logger LOG = LoggerFactory.getLogger(MemoryLevels.class);
  private static final long NOT_ATTACHED = 0;

  private final Programs programs;
  private final EventRing ring;
  private final ByteBuffer shared;
  private final Level[] levels = new Level[Capacity.MAX_LEVELS.count()];
  private long link = NOT_ATTACHED;
  private boolean refused;

  private record Level(int pid, Selection selection, Runnable listener) {
    /**
     * Whether the level is about a process.
     *
     * @param named null: it is unknown which process crossed a level
     */
    boolean concerns(int crossed, @Nullable Named named) {
      return named == null
          || (pid == ANY || pid == crossed) && selection.admits(named.comm(), named.uid());
    }
  }

  private MemoryLevels(Programs programs, EventRing ring) throws BpfException {
    this.programs = programs;
    this.ring = ring;
    shared = programs.levels().buffer().order(ByteOrder.LITTLE_ENDIAN);
    ring.onResize(this::report);
  }

  /**
   * Creates the levels.
   *
   * @return null if this kernel refused the program
   */
  public static @Nullable MemoryLevels of(Programs programs, EventRing ring) throws BpfException {
    return programs.runs(BpfProgram.RESIZED) ? new MemoryLevels(programs, ring) : null;
  }

  /**
   * Watches a level, see {@link kifs.kernel.source.KernelEvents#onResize}.
   *
   * @param pid the process, or {@link #ANY}
   * @param selection the processes; the program disregards the cgroup
   * @return empty if there is no space for another level or the program can't be attached
   */
  synchronized Optional<Watch> watch(int pid, Selection selection, long bytes, Runnable listener) {
    int free = 0;
    while (free < levels.length && levels[free] != null) {
      free++;
    }
    if (free == levels.length || !attach()) {
      return Optional.empty();
    }
    Level level = new Level(pid, selection, listener);
    levels[free] = level;
    int at = at(free);
    shared
        .putInt(at + LevelLayout.PID, pid)
        .putLong(at + LevelLayout.PAGES, bytes / Syscalls.pageSize());
    putSelection(at, selection);
    shared.putInt(at + LevelLayout.USED, 1);
    publishEnd();
    // A new generation makes the program forget which processes exceed the levels, because what it
    // remembers was about other levels.
    long generation = shared.getLong(LevelsLayout.GENERATION);
    shared.putLong(LevelsLayout.GENERATION, generation + 1);
    int index = free;
    return Optional.of(() -> remove(index, level));
  }

  private void putSelection(int at, Selection selection) {
    byte[] comm = selection.comm().orElse("").getBytes(StandardCharsets.ISO_8859_1);
    shared
        .putInt(at + LevelLayout.BY_UID, selection.uid().isPresent() ? 1 : 0)
        .putInt(at + LevelLayout.UID, selection.uid().orElse(0))
        .putInt(at + LevelLayout.BY_COMM, selection.comm().isPresent() ? 1 : 0)
        .put(at + LevelLayout.COMM, Arrays.copyOf(comm, Capacity.COMM_BYTES.count()));
  }

  private boolean attach() {
    if (link != NOT_ATTACHED || refused) {
      return !refused;
    }
    try {
      ring.start();
      link = programs.attach(BpfProgram.RESIZED);
    } catch (BpfException e) {
      LOG.warn("the kernel does not watch memory levels: {}", e.getMessage());
      refused = true;
    }
    return !refused;
  }

  // By identity: an equal level may have taken the place since.
  @SuppressWarnings("ReferenceEquality")
  private synchronized void remove(int index, Level level) {
    if (levels[index] != level) {
      return;
    }
    levels[index] = null;
    shared.putInt(at(index) + LevelLayout.USED, 0);
    if (publishEnd() == 0) {
      detach();
    }
  }

  /**
   * Publishes to the program the end of the levels that it must compare with. There may be unused
   * levels before the end.
   *
   * @return the end; 0 if there are no levels
   */
  private int publishEnd() {
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

  private void report(int pid, @Nullable Named process) {
    Level[] current;
    synchronized (this) {
      current = levels.clone();
    }
    for (Level level : current) {
      if (level != null && level.concerns(pid, process)) {
        level.listener().run();
      }
    }
  }

  private static int at(int index) {
    return LevelsLayout.LEVEL + index * LevelLayout.BYTES;
  }

  /** Ends all watches. After that no level can be watched. */
  synchronized void close() {
    Arrays.fill(levels, null);
    detach();
    refused = true;
  }
}
