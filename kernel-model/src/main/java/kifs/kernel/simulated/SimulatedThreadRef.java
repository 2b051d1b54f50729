package kifs.kernel.simulated;

import kifs.kernel.record.Record;
import kifs.kernel.source.ThreadRef;

/** Bound to a thread; follows the thread of a crowd's member when the member is singled out. */
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
          if (of == null || !follow(of)) {
            return false;
          }
          world.fill(record, fields, of, thread, now);
          return true;
        });
  }

  /**
   * Whether the thread exists. If its process was singled out of a crowd meanwhile, the thread has
   * become another object.
   */
  private boolean follow(Sighting of) {
    if (thread.process() != of.process()) {
      thread = thread.process().isCrowd() ? of.process().threadOrNull(tid) : null;
    }
    return thread != null && !thread.isGone();
  }

  /** Does nothing: this holds no resources. */
  @Override
  public void close() {}
}
