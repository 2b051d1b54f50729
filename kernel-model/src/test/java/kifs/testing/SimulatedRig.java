package kifs.testing;

import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;

/**
 * A simulated kernel on a virtual clock, and the memory for its bulks. A module's tests add what
 * the module has on top of a kernel. Closing fails the test if memory of bulks was not given back.
 */
public class SimulatedRig implements AutoCloseable {
  public static final long MS = 1_000_000L;
  public static final long SECOND = 1_000 * MS;
  public static final long KIB = 1024;
  public static final long MIB = 1024 * KIB;

  public final VirtualClock clock = new VirtualClock();
  public final SimulatedKernel kernel = new SimulatedKernel(clock);
  public final ChunkPool pool = new ChunkPool(64 * MIB, 4 * MIB);

  /** CLOCK_BOOTTIME of the kernel, ns. */
  public final long now() {
    return clock.boottimeNs();
  }

  /**
   * Waits until so many bytes of bulks are lent. A pass gives up its own reference just after it
   * has handed the bulk to its readers, so the readers can be earlier.
   */
  public final void awaitLent(long bytes) {
    Await.until(() -> pool.lentBytes() + " bytes lent", () -> pool.lentBytes() == bytes);
  }

  @Override
  public void close() {
    kernel.close();
    awaitLent(0);
  }
}
