import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.history.History;

/**
 * Prints what the history of 5,000 processes of 4 threads takes on the Java heap, in bytes a
 * thread: where they sleep, and where one in a hundred runs. It is run as a source file, with
 * kifs.jar as its class path.
 */
final class HistorySize {
  private static final int PROCESSES = 5_000;
  private static final int THREADS = 4;
  private static final int SAMPLES = 5;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final int RUNNING_ONE_IN = 100;

  /** Keeps the history alive while the heap is measured. */
  private static History kept;

  public static void main(String[] arguments) throws Exception {
    long sleeping = bytes(false);
    long running = bytes(true);
    double threads = PROCESSES * THREADS;
    System.out.printf("sleeping=%.1f running=%.1f%n", sleeping / threads, running / threads);
  }

  private static long bytes(boolean someRun) throws InterruptedException {
    VirtualClock clock = new VirtualClock();
    try (SimulatedKernel kernel = new SimulatedKernel(clock)) {
      for (int i = 0; i < PROCESSES; i++) {
        SimulatedProcess process = kernel.spawn("p").threads(THREADS).rss(1 << 20);
        if (someRun && i % RUNNING_ONE_IN == 0) {
          process.cpu(10);
        }
      }
      ChunkPool pool = new ChunkPool(256L << 20, 64L << 20);
      sample(kernel, clock, pool, new History(kernel, SECOND_NS));
      long before = used();
      kept = new History(kernel, SECOND_NS);
      sample(kernel, clock, pool, kept);
      long after = used();
      kept = null;
      return after - before;
    }
  }

  private static void sample(
      SimulatedKernel kernel, VirtualClock clock, ChunkPool pool, History history) {
    for (int i = 0; i < SAMPLES; i++) {
      history.sample(pool);
      clock.advance(SECOND_NS);
    }
  }

  private static long used() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
