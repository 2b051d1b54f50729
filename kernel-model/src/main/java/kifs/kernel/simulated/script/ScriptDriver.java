package kifs.kernel.simulated.script;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * A thread that carries out the statements of a script when they are due, even if no client uses
 * the kernel. The thread ends after the last statement, or soon after {@link #close}. Thread-safe.
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
        // The thread sleeps at most a second, so that it notices a clock that jumps.
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
