package kifs.testing;

import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * A simulated kernel on a virtual clock, and the memory for its bulks. The tests of a module extend
 * it by what that module needs besides a kernel. {@link #close} fails the test if the memory of a
 * bulk was not released, or if kifs has logged an error that the test did not take.
 */
public class SimulatedRig implements AutoCloseable {
  public static final long MS = 1_000_000L;
  public static final long SECOND = 1_000 * MS;
  public static final long KIB = 1024;
  public static final long MIB = 1024 * KIB;

  public final VirtualClock clock = new VirtualClock();
  public final SimulatedKernel kernel = new SimulatedKernel(clock);
  public final ChunkPool pool = new ChunkPool(64 * MIB, 4 * MIB);
  public final LoggedErrors errors = new LoggedErrors();

  /** CLOCK_BOOTTIME of the kernel, ns. */
  public final long now() {
    return clock.boottimeNs();
  }

  /**
   * Waits until bulks use exactly this many bytes. A pass releases its own reference just after it
   * has passed the bulk to its readers, so a reader may release the bulk before the pass does.
   */
  public final void awaitLent(long bytes) {
    Await.until(() -> pool.lentBytes() + " bytes lent", () -> pool.lentBytes() == bytes);
  }

  @Override
  public void close() {
    kernel.close();
    awaitLent(0);
    errors.close();
  }
}
