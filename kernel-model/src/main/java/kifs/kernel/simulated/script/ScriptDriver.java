package kifs.kernel.simulated.script;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * A thread that lets a script's events happen when they are due, even if nobody asks the kernel
 * anything. It ends after the last event, or when it is closed.
 */
final class ScriptDriver implements AutoCloseable {
  private final SimulatedKernel kernel;
  private final Thread thread;
  private volatile boolean closed;

  ScriptDriver(SimulatedKernel kernel) {
    this.kernel = kernel;
    thread = new Thread(this::run, "simulation");
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    long next = kernel.nextNs();
    while (!closed && next != Long.MAX_VALUE) {
      long wait = next - kernel.clock().boottimeNs();
      if (wait > 0) {
        // At most a second, so that a clock that jumps is noticed.
        LockSupport.parkNanos(Math.min(wait, TimeUnit.SECONDS.toNanos(1)));
      } else {
        kernel.runTo(kernel.clock().boottimeNs());
        next = kernel.nextNs();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
