package kifs.kernel.simulated;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A thread that lets a script's events happen when they are due, even if nobody looks. */
final class ScriptDriver implements AutoCloseable {
  private final World world;
  private final Thread thread;
  private volatile boolean closed;

  ScriptDriver(World world) {
    this.world = world;
    thread = new Thread(this::run, "simulation");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long next = world.nextNs();
    while (!closed && next != Long.MAX_VALUE) {
      long wait = next - world.clock().boottimeNs();
      if (wait > 0) {
        // At most a second, so that a clock that jumps is noticed.
        LockSupport.parkNanos(Math.min(wait, TimeUnit.SECONDS.toNanos(1)));
      } else {
        world.runTo(world.clock().boottimeNs());
        next = world.nextNs();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
