package kifs.kernel.simulated;

import java.util.Optional;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;
import org.jspecify.annotations.Nullable;

/**
 * A ref to a thread. When the thread's process is singled out of a crowd, the ref is bound to the
 * same thread of the new process. Thread-safe by the kernel's lock.
 */
final class SimulatedThreadRef implements ThreadRef {
  private final World world;
  private final SimulatedProcessRef process;
  private final int tid;
  private SimulatedThread thread;

  SimulatedThreadRef(World world, SimulatedProcessRef process, int tid, SimulatedThread thread) {
    this.world = world;
    this.process = process;
    this.tid = tid;
    this.thread = thread;
  }

  @Override
  public int tid() {
    return tid;
  }

  @Override
  public int pid() {
    return process.pid();
  }

  @Override
  public boolean read(long fields, Record record) {
    return world.readCounted(
        now -> {
          Sighting of = process.sight();
          SimulatedThread live = of == null ? null : rebound(of);
          if (of == null || live == null) {
            return false;
          }
          world.fill(record, fields, of, live, now);
          return true;
        });
  }

  @Override
  public Optional<EntityLimits> limits() {
    return Optional.of(new SimulatedLimits(world, process, this::rebound, true));
  }

  /**
   * The thread; null: it has ended. If its process was singled out of a crowd meanwhile, the thread
   * is another object now, which this method finds.
   */
  private @Nullable SimulatedThread rebound(Sighting of) {
    if (thread.process() != of.process()) {
      SimulatedThread own = thread.process().isCrowd() ? of.process().threadOrNull(tid) : null;
      if (own == null) {
        return null;
      }
      thread = own;
    }
    return thread.isGone() ? null : thread;
  }

  /** Does nothing: this holds no resources. */
  @Override
  public void close() {}
}
